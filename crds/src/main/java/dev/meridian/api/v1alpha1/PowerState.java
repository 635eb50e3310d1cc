package dev.meridian.api.v1alpha1;

/** Whether the guest runs. */
public enum PowerState {
    Off,
    Running,
    Paused,
    Unknown
}
