package dev.meridian.api.v1alpha1;

/** The format of a disk's file. It is stated, never probed. */
public enum DiskFormat {
    raw,
    qcow2
}
