package dev.meridian.domain.clock;

import java.time.Instant;

/**
 * What a running domain's XML says of its guest's clock, which libvirt keeps up with each RTC_CHANGE: for those that nobody
 * heard, and for a clock that came back with a snapshot.
 *
 * @param offsetSeconds the clock's adjustment
 * @param readAt by the host's clock; what is stored since then is newer
 */
public record LiveClock(long offsetSeconds, Instant readAt) {}
