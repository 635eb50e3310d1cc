package dev.meridian.api.v1alpha1;

/** The kind of guest that the timers are for. */
public enum ClockPreset {
    Linux,
    Windows
}
