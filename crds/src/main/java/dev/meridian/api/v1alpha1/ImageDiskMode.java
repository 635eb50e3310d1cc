package dev.meridian.api.v1alpha1;

/** How a disk is made of an image. */
public enum ImageDiskMode {
    Overlay,
    Copy
}
