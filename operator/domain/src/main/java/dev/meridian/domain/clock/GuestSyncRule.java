package dev.meridian.domain.clock;

import dev.meridian.api.v1alpha1.GuestSync;
import dev.meridian.api.v1alpha1.GuestSyncPolicy;
import dev.meridian.domain.machine.ClockBase;
import dev.meridian.domain.machine.ClockShape;
import dev.meridian.domain.metadata.ClockReading;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where the clock of a guest's operating system belongs, and when it is put there.
 *
 * @param wanted guest operating system's clock minus host UTC
 * @param tolerance how far from it is near enough
 */
public record GuestSyncRule(GuestSyncPolicy policy, Duration wanted, Duration tolerance) {
    /** A real-time clock is known in whole seconds, right within so much. */
    private static final Duration OF_A_REAL_TIME_CLOCK = Duration.ofSeconds(2);

    private static final Duration DEFAULT_THRESHOLD = Duration.ofMillis(500);

    /**
     * A guest is as far from the host's time as its real-time clock. One whose real-time clock is in a zone's local time
     * knows of the zone: its operating system has UTC.
     *
     * @param wish as the spec has it now
     * @param running the clock as the running guest was started with
     */
    public static GuestSyncRule of(@Nullable GuestSync wish, ClockShape running, ClockReading reading, Instant now) {
        var base = running.base();
        var given = switch (base) {
            case ClockBase.Utc(var seconds) -> seconds;
            case ClockBase.Local local -> local.offsetSeconds(now);
            case ClockBase.Absolute _ -> reading.offsetSeconds();
        };
        var zone = base instanceof ClockBase.Local ? given : 0;
        var off = Duration.ofSeconds(reading.offsetSeconds() - given);
        var asGiven = off.abs().compareTo(OF_A_REAL_TIME_CLOCK) <= 0 && !(base instanceof ClockBase.Absolute);
        var wanted = Duration.ofSeconds(given - zone).plus(asGiven ? Duration.ZERO : off);
        var threshold = Optional.ofNullable(wish)
                .map(GuestSync::thresholdMillis)
                .map(Duration::ofMillis)
                .orElse(DEFAULT_THRESHOLD);
        return new GuestSyncRule(
                Optional.ofNullable(wish).map(GuestSync::policy).orElse(GuestSyncPolicy.Never),
                wanted,
                asGiven ? threshold : threshold.plus(OF_A_REAL_TIME_CLOCK));
    }

    /** Whether it is surely farther off than is near enough. */
    public boolean isOff(GuestReading reading) {
        return away(reading).abs().compareTo(tolerance.plus(reading.error())) > 0;
    }

    /** How far the guest's clock is from where it belongs. */
    public Duration away(GuestReading reading) {
        return reading.offset().minus(wanted);
    }

    /** @param stoodStill the guest, or its host's clock was stepped, since its clock was last read */
    public boolean sets(GuestReading reading, boolean stoodStill) {
        return switch (policy) {
            case Never -> false;
            case OnResume -> stoodStill && isOff(reading);
            case Threshold -> isOff(reading);
        };
    }
}
