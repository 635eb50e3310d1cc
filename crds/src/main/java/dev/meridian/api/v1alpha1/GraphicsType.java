package dev.meridian.api.v1alpha1;

/** The protocol that shows a machine's screen. */
public enum GraphicsType {
    VNC,
    SPICE
}
