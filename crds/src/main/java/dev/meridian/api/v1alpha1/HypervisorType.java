package dev.meridian.api.v1alpha1;

/** The libvirt driver, with its domain type, that runs a machine. */
public enum HypervisorType {
    /** KVM where the node's CPU really has it, else QEMU. */
    Auto,
    /** The qemu driver with hardware virtualisation. */
    KVM,
    /** The qemu driver with software emulation (TCG). */
    QEMU,
    /** libvirt's test driver: nothing runs; for trials of scale. */
    Test
}
