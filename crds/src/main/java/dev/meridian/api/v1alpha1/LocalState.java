package dev.meridian.api.v1alpha1;

/** What a node keeps of a machine that is no file of its spec, and without which it does not start elsewhere. */
public enum LocalState {
    /** The variables of its UEFI. */
    NVRAM,
    /** What its TPM has sealed. */
    TPM,
    /** Disks that were made on it. */
    Disks
}
