package dev.meridian.api.v1alpha1;

/** What the guest's real-time clock follows between two sets. */
public enum RtcTrack {
    /** The host's wall clock, also over its steps (libvirt: wall). */
    Wall,
    /** The guest's virtual time: it stands while the guest is paused (libvirt: guest). */
    Guest
}
