package dev.meridian.api.v1alpha1;

/** What becomes of a guest's discards, by libvirt's names. */
public enum DiskDiscard {
    unmap,
    ignore
}
