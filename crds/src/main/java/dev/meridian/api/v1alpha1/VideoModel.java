package dev.meridian.api.v1alpha1;

/** The graphics card that the guest sees. */
public enum VideoModel {
    vga,
    virtio,
    qxl,
    bochs,
    none
}
