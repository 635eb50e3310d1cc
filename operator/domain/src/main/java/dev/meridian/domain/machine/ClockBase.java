package dev.meridian.domain.machine;

import dev.meridian.api.v1alpha1.Clock;
import dev.meridian.api.v1alpha1.UtcClock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a guest's real-time clock starts with, its past apart. */
public sealed interface ClockBase {
    /** Seconds added to host UTC by a start at that time. */
    long offsetSeconds(Instant start);

    /** What is wrong with it, naming field, value and remedy. */
    default Optional<String> problem(Instant now) {
        return Optional.empty();
    }

    /** Host UTC and an offset. */
    record Utc(long seconds) implements ClockBase {
        @Override
        public long offsetSeconds(Instant start) {
            return seconds;
        }
    }

    /**
     * The local time of a zone, by the rules that this process has.
     *
     * @param zone may not exist; {@link #problem} tells, and no start begins with it
     */
    record Local(String zone) implements ClockBase {
        @Override
        public long offsetSeconds(Instant start) {
            return exists() ? ZoneId.of(zone).getRules().getOffset(start).getTotalSeconds() : 0;
        }

        @Override
        public Optional<String> problem(Instant now) {
            return exists()
                    ? Optional.empty()
                    : Optional.of("spec.clock.timezone: " + zone
                            + " is no zone of the IANA database; give one like Europe/Berlin or Etc/UTC");
        }

        private boolean exists() {
            return ZoneId.getAvailableZoneIds().contains(zone);
        }
    }

    /**
     * A given time.
     *
     * @param time may be none; {@link #problem} tells, and no start begins with it
     */
    record Absolute(String time) implements ClockBase {
        @Override
        public long offsetSeconds(Instant start) {
            return instant().map(t -> Duration.between(start, t).toSeconds()).orElse(0L);
        }

        @Override
        public Optional<String> problem(Instant now) {
            if (instant().isEmpty()) {
                return Optional.of(
                        "spec.clock.absolute.start: " + time + " is no time; give one like 2013-06-05T09:13:08Z");
            }
            return Math.abs(offsetSeconds(now)) <= UtcClock.LIMIT_SECONDS
                    ? Optional.empty()
                    : Optional.of("spec.clock.absolute.start: " + time + " is more than "
                            + UtcClock.LIMIT_SECONDS / SECONDS_OF_A_YEAR
                            + " years from now, beyond which QEMU's clock wraps; give a time nearer to now");
        }

        private Optional<Instant> instant() {
            try {
                return Optional.of(Instant.parse(time));
            } catch (DateTimeParseException _) {
                return Optional.empty();
            }
        }
    }

    long SECONDS_OF_A_YEAR = 31_556_952;

    static ClockBase of(@Nullable Clock clock) {
        if (clock == null) {
            return new Utc(0);
        }
        if (clock.timezone() != null) {
            return new Local(clock.timezone());
        }
        if (clock.absolute() != null) {
            return new Absolute(clock.absolute().start());
        }
        return clock.utc() == null || clock.utc().offsetSeconds() == null
                ? new Utc(0)
                : new Utc(clock.utc().offsetSeconds());
    }
}
