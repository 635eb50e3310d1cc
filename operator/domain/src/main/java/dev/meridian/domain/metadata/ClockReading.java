package dev.meridian.domain.metadata;

import dev.meridian.api.v1alpha1.ClockSource;
import java.time.Instant;

/**
 * The guest's real-time clock as believed.
 *
 * @param offsetSeconds guest real-time clock minus host UTC
 * @param certain false when a change may have been missed
 */
public record ClockReading(long offsetSeconds, ClockSource source, Instant observedAt, boolean certain) {
    /** The guest may have made something else of it since. */
    public ClockReading doubted() {
        return new ClockReading(offsetSeconds, source, observedAt, false);
    }
}
