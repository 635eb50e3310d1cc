package dev.meridian.api.v1alpha1;

/** What happens to timer ticks that the guest missed. */
public enum TickPolicy {
    Delay,
    CatchUp,
    Discard
}
