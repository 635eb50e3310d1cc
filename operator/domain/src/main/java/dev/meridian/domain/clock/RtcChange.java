package dev.meridian.domain.clock;

import java.time.Instant;

/**
 * libvirt's RTC_CHANGE: the guest set its real-time clock.
 *
 * @param offsetSeconds guest real-time clock minus host UTC, for the clock mode that we generate (variable, utc)
 * @param at when the event reached us, by the host's clock
 */
public record RtcChange(long offsetSeconds, Instant at) {}
