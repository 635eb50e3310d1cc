package dev.meridian.api.v1alpha1;

/** The format of an image. It is stated, and checked before use. */
public enum ImageFormat {
    qcow2,
    raw,
    iso
}
