package dev.meridian.domain.machine;

import dev.meridian.api.v1alpha1.ClockPreset;
import dev.meridian.api.v1alpha1.Timers;
import java.util.Optional;

/**
 * The guest's real-time clock as wished.
 *
 * @param base what a start begins with, where nothing is kept
 * @param persist whether what the guest made of it is kept over a cold start
 * @param preset what the timers are like that {@code timers} does not name
 */
public record ClockShape(ClockBase base, boolean persist, Optional<ClockPreset> preset, Timers timers) {}
