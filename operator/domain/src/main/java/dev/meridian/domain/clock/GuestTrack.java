package dev.meridian.domain.clock;

import java.time.Duration;
import java.util.OptionalLong;

/**
 * The readings of a guest's clock since it last moved by a jump.
 *
 * @param first from which drift is counted
 * @param latest of them
 */
public record GuestTrack(GuestReading first, GuestReading latest) {
    private static final long BILLION = 1_000_000_000L;
    /** No crystal and no NTP slew is worse: what goes faster was set, or stood still. */
    private static final long FASTEST_PPB = 1_000_000;

    public static GuestTrack of(GuestReading first) {
        return new GuestTrack(first, first);
    }

    public GuestTrack next(GuestReading reading) {
        var elapsed = Duration.between(latest.at(), reading.at());
        var gained = Duration.ofNanos(Math.max(0, elapsed.toMillis()) * FASTEST_PPB / 1_000);
        return elapsed.isNegative() || reading.differsFrom(latest, gained)
                ? GuestTrack.of(reading)
                : new GuestTrack(first, reading);
    }

    /** What the guest gains on the host, where it is more than the readings' errors. */
    public OptionalLong driftPpb() {
        var elapsed = Duration.between(first.at(), latest.at());
        if (!elapsed.isPositive() || !latest.differsFrom(first, Duration.ZERO)) {
            return OptionalLong.empty();
        }
        var gained = latest.offset().minus(first.offset());
        return OptionalLong.of(Math.round((double) gained.toNanos() / elapsed.toNanos() * BILLION));
    }
}
