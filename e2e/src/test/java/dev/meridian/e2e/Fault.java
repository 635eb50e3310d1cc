package dev.meridian.e2e;

import dev.meridian.api.v1alpha1.RunStrategy;

/** What happens to machines and to what manages them; machines and nodes are counted from 0. */
sealed interface Fault {
    /** A process of a node is killed, and started again some time later. */
    record ServiceKilled(NodeService service, int node, int downMillis) implements Fault {}

    record ControllerKilled(int downMillis) implements Fault {}

    record ApiServerAway(int downMillis) implements Fault {}

    record EtcdAway(int downMillis) implements Fault {}

    /** Everything on the node dies at once; the node boots again some time later. */
    record NodePowerLost(int node, int downMillis) implements Fault {}

    /** The machine's QEMU is killed. */
    record HypervisorKilled(int machine) implements Fault {}

    record GuestPowersOff(int machine) implements Fault {}

    record GuestReboots(int machine) implements Fault {}

    /** The guest sets its real-time clock to that much beside the host's UTC. */
    record GuestSetsClock(int machine, long offsetSeconds) implements Fault {}

    /** A client writes runStrategy: Halted. */
    record Halted(int machine) implements Fault {}

    /** A client writes runStrategy: Always. */
    record WishedRunning(int machine) implements Fault {}

    /** A client writes runStrategy: RerunOnFailure or Manual, under which all verbs act. */
    record LedByVerbs(int machine, RunStrategy strategy) implements Fault {}

    /** A client writes a verb's time. */
    record Asked(Verb verb, int machine) implements Fault {}

    /** A client writes paused. */
    record Paused(int machine, boolean paused) implements Fault {}

    record GracePeriodEdited(int machine, int seconds) implements Fault {}

    record MemoryEdited(int machine, int mebibytes) implements Fault {}

    /** The fields of spec.power, without their RequestedAt. */
    enum Verb {
        start,
        stop,
        restart,
        reset,
        hibernate
    }

    /** A process of a node, as the testbed's verbs name it. */
    enum NodeService {
        agent,
        libvirtd,
        virtlogd,
        kubelet,
        containerd;

        /** Whether a start that is under way at libvirt may fail with it. */
        boolean holdsStarts() {
            return switch (this) {
                case libvirtd, virtlogd -> true;
                case agent, kubelet, containerd -> false;
            };
        }
    }
}
