package dev.meridian.api.v1alpha1;

/** Where a clock offset was read. */
public enum ClockSource {
    /** libvirt's RTC_CHANGE event. */
    Event,
    /** The running domain's XML. */
    LiveXml,
    /** The hook in libvirt: what the guest had when it ended, while the agent was away. */
    Hook,
    /** spec.clock, at a start. */
    Spec,
    /** What an earlier run of the guest had left, at a start. */
    Restored,
    /** The guest's agent, when spec.clock.guestSync had it set the guest's clock. */
    GuestSync
}
