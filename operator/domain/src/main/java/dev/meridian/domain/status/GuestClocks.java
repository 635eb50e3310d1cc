package dev.meridian.domain.status;

import dev.meridian.api.v1alpha1.ClockStatus;
import dev.meridian.api.v1alpha1.GuestClock;
import dev.meridian.domain.clock.GuestReading;
import dev.meridian.domain.clock.GuestSyncRule;
import dev.meridian.domain.clock.GuestTrack;
import dev.meridian.domain.plan.GuestSyncs;
import dev.meridian.domain.plan.Observation;
import dev.meridian.domain.plan.Situation;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What is told of the clock of a guest's operating system: no more often than it says something new. */
final class GuestClocks {
    private static final Duration WORTH_A_WRITE = Duration.ofMillis(20);
    /** The farther off a clock is, the less does its next millisecond say. */
    private static final int SHARE_WORTH_A_WRITE = 10;

    private static final long NANOS_OF_A_MILLI = 1_000_000;

    private GuestClocks() {}

    static Optional<GuestClock> of(Situation s) {
        return s.observation() instanceof Observation.Present seen
                        && seen.power().isActive()
                        && seen.guest().connected()
                ? of(s, seen)
                : Optional.empty();
    }

    private static Optional<GuestClock> of(Situation s, Observation.Present seen) {
        var told = Optional.ofNullable(s.before().clock()).map(ClockStatus::guest);
        return seen.guest()
                .track()
                .map(track -> told.filter(before -> saysEnough(before, track, seen, GuestSyncs.rule(seen, s)))
                        .orElseGet(() -> guestClock(track, seen, told)))
                .or(() -> told);
    }

    private static boolean saysEnough(GuestClock told, GuestTrack track, Observation.Present seen, GuestSyncRule rule) {
        var before = reading(told);
        var share = rule.away(before).abs().dividedBy(SHARE_WORTH_A_WRITE);
        var beyond = share.compareTo(WORTH_A_WRITE) > 0 ? share : WORTH_A_WRITE;
        var moved = track.latest()
                        .offset()
                        .minus(before.offset())
                        .abs()
                        .compareTo(track.latest().error().plus(before.error()).plus(beyond))
                > 0;
        var set = seen.guest().lastSet().map(setting -> setting.at().toString());
        return !moved
                && (set.isEmpty() || set.get().equals(told.setAt()))
                && rule.isOff(before) == rule.isOff(track.latest());
    }

    /** As told, with the rounding in its error. */
    static GuestReading reading(GuestClock told) {
        return new GuestReading(
                Duration.ofMillis(told.offsetMillis()),
                Duration.ofMillis(told.errorMillis()),
                Instant.parse(told.observedAt()));
    }

    private static GuestClock guestClock(GuestTrack track, Observation.Present seen, Optional<GuestClock> told) {
        var latest = track.latest();
        var millis = Math.round((double) latest.offset().toNanos() / NANOS_OF_A_MILLI);
        var rounded = latest.offset().minusMillis(millis).abs();
        var error = latest.error().plus(rounded).toNanos();
        var set = seen.guest().lastSet();
        return new GuestClock(
                millis,
                Math.ceilDiv(error, NANOS_OF_A_MILLI),
                boxed(track.driftPpb()),
                latest.at().toString(),
                set.map(setting -> setting.at().toString())
                        .orElse(told.map(GuestClock::setAt).orElse(null)),
                set.map(setting -> setting.by().toMillis())
                        .orElse(told.map(GuestClock::setByMillis).orElse(null)));
    }

    private static @Nullable Long boxed(OptionalLong value) {
        return value.isPresent() ? value.getAsLong() : null;
    }

    /** Whether the guest's clock as told is where it belongs. */
    static boolean isOff(GuestClock told, GuestSyncRule rule) {
        return rule.isOff(reading(told));
    }

    static Duration away(GuestClock told, GuestSyncRule rule) {
        return rule.away(reading(told));
    }
}
