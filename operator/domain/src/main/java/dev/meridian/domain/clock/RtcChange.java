package dev.meridian.domain.clock;

import java.time.Instant;

/**
 * libvirt's RTC_CHANGE: the guest set its real-time clock.
 *
 * @param offsetSeconds guest real-time clock minus host UTC, for the clock mode that we generate (variable, utc)
 * @param at when the event reached us, by the host's clock
 * @param bySync it follows from our setting the guest's clock, and leaves the offset what it was to be
 */
public record RtcChange(long offsetSeconds, Instant at, boolean bySync) {
    /** The guest's own. */
    public RtcChange(long offsetSeconds, Instant at) {
        this(offsetSeconds, at, false);
    }
}
