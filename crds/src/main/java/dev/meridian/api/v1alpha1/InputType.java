package dev.meridian.api.v1alpha1;

/** What an input device is. */
public enum InputType {
    tablet,
    keyboard
}
