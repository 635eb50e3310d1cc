package dev.meridian.api.v1alpha1;

/** How the host caches a disk, by libvirt's names. */
public enum DiskCache {
    none,
    writethrough,
    writeback,
    directsync,
    unsafe
}
