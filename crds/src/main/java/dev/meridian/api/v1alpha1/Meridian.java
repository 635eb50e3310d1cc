package dev.meridian.api.v1alpha1;

/** What all kinds share: names that Kubernetes sees. */
public final class Meridian {
    public static final String GROUP = "meridian.dev";
    public static final String VERSION = "v1alpha1";

    /** Namespace of the controller, the agents and their Leases. */
    public static final String SYSTEM_NAMESPACE = "meridian-system";

    /** Finalizer of a machine: its object stays until its domain is released. */
    public static final String FINALIZER = GROUP + "/machine";

    /** Finalizer of a network: its object stays while a machine names it. */
    public static final String NETWORK_FINALIZER = GROUP + "/network";

    /** Finalizer of a migration: its object stays until it has come to an end. */
    public static final String MIGRATION_FINALIZER = GROUP + "/migration";

    /** Label of the reservation to which a machine migrates: the migration's uid. */
    public static final String MIGRATION_LABEL = GROUP + "/migration-uid";

    /** Label of a migration that the controller made because a node is to be vacated: uid of the reservation there. */
    public static final String EVACUATION_LABEL = GROUP + "/evacuation";

    /** Key of a taint: the node's machines are to leave it. */
    public static final String MAINTENANCE_TAINT = GROUP + "/maintenance";

    /** Node label: a libvirt is there that takes machines. */
    public static final String HYPERVISOR_LABEL = GROUP + "/hypervisor";

    /** Label of a Node: which other nodes take the same machines. */
    public static final String KIND_LABEL = GROUP + "/hypervisor-kind";

    /** Reservation label whose value is the machine's uid. */
    public static final String MACHINE_LABEL = GROUP + "/machine-uid";

    /** Annotation on a machine: its uid, to give up a domain whose node will not answer any more. */
    public static final String FORGET_DOMAIN = GROUP + "/forget-domain";

    /** Annotation on a namespace that is being deleted: its last machine has left it just now. */
    public static final String MACHINES_GONE = GROUP + "/machines-gone";

    /** Annotation on a Job that powers a node off: the node's name. */
    public static final String FENCES = GROUP + "/fences";

    /** Annotation of a guard's Lease: the machines that it holds, by their UIDs. */
    public static final String GUARDED = GROUP + "/guarded";

    /** Field manager and Events' reporter of every agent. */
    public static final String AGENT = "meridian-agent";

    /** Field manager and Events' reporter of the controller. */
    public static final String CONTROLLER = "meridian-controller";

    private Meridian() {}
}
