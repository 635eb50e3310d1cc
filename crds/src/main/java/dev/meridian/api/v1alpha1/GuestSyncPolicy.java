package dev.meridian.api.v1alpha1;

/** When the clock of a guest's operating system is set by its guest agent. */
public enum GuestSyncPolicy {
    /** Never: the guest keeps it itself, by NTP say. */
    Never,
    /** After the guest stood still or its node's clock was stepped. */
    OnResume,
    /** Whenever it is off by more than the threshold. */
    Threshold
}
