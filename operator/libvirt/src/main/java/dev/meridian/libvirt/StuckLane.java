package dev.meridian.libvirt;

import java.time.Duration;
import java.util.UUID;

/**
 * A call that has not come back within its deadline.
 *
 * @param what the job's own words
 * @param replaced whether the lane goes on without it; otherwise its next jobs wait for this one
 */
public record StuckLane(UUID lane, String what, Duration deadline, boolean replaced) {}
