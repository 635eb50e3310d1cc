package dev.meridian.api.v1alpha1;

/** By which of the host's ways a disk is read and written, by libvirt's names. */
public enum DiskIo {
    threads,
    io_uring
}
