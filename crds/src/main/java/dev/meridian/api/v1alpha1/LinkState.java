package dev.meridian.api.v1alpha1;

/** Whether a network interface has its cable in. */
public enum LinkState {
    Up,
    Down
}
