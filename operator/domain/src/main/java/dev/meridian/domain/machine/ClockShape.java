package dev.meridian.domain.machine;

import dev.meridian.api.v1alpha1.Timers;
import org.jspecify.annotations.Nullable;

/**
 * The guest's real-time clock as wished.
 *
 * @param offsetSeconds seconds added to host UTC at a start
 * @param persist whether what the guest made of it is kept over a cold start
 */
public record ClockShape(
        long offsetSeconds, boolean persist, @Nullable Timers timers) {}
