package dev.meridian.api.v1alpha1;

/** What is done about writes of zeroes, by libvirt's names. */
public enum DiskDetectZeroes {
    off,
    on,
    unmap
}
