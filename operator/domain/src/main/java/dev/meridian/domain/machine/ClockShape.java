package dev.meridian.domain.machine;

import dev.meridian.api.v1alpha1.Timers;
import org.jspecify.annotations.Nullable;

/**
 * The guest's real-time clock as wished.
 *
 * @param base what a start begins with, where nothing is kept
 * @param persist whether what the guest made of it is kept over a cold start
 */
public record ClockShape(
        ClockBase base, boolean persist, @Nullable Timers timers) {}
