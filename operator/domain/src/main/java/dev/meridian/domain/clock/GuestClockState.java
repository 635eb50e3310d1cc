package dev.meridian.domain.clock;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What is known of a guest by its agent.
 *
 * @param connected the agent holds its channel open
 * @param track its clock, while the agent answers
 * @param lastSet when we last set its clock
 * @param failure why its clock could not be set, when that was last tried
 */
public record GuestClockState(
        boolean connected, Optional<GuestTrack> track, Optional<Setting> lastSet, Optional<String> failure) {
    public static final GuestClockState NONE =
            new GuestClockState(false, Optional.empty(), Optional.empty(), Optional.empty());

    /** The guest's clock was set. */
    public record Setting(Instant at, Duration by) {}
}
