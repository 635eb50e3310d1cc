package dev.meridian.api.v1alpha1;

/** The watchdog that the guest sees. */
public enum WatchdogModel {
    i6300esb
}
