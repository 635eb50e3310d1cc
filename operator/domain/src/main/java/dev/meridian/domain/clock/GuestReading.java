package dev.meridian.domain.clock;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The clock of a guest's operating system beside the host's.
 *
 * @param offset guest minus host UTC
 * @param error strict bound of the offset's error
 */
public record GuestReading(Duration offset, Duration error, Instant at) {
    /** Two clocks of the host that are read one after the other may differ by so much though nobody stepped one. */
    private static final Duration UNSTEPPED = Duration.ofMillis(5);

    /** What a guest agent says beyond it is no clock: the units of all that is made of it would overflow. */
    private static final Duration FARTHEST = Duration.ofDays(200 * 365);

    /**
     * One question to the guest agent.
     *
     * @param guest its answer
     * @param sent host UTC before the question
     * @param received host UTC after the answer
     * @param roundTrip between the two, by a clock that nobody steps
     */
    public record Sample(Instant guest, Instant sent, Instant received, Duration roundTrip) {
        private boolean isOfASteppedHost() {
            return Duration.between(sent, received).minus(roundTrip).abs().compareTo(UNSTEPPED) > 0;
        }

        private GuestReading reading() {
            var half = roundTrip.dividedBy(2);
            return new GuestReading(Duration.between(sent.plus(half), guest), half.plusNanos(1), received);
        }
    }

    /** The sharpest of some samples; empty when none is a clock, or the host's was stepped during each. */
    public static Optional<GuestReading> best(List<Sample> samples) {
        return samples.stream()
                .filter(sample -> !sample.isOfASteppedHost())
                .map(Sample::reading)
                .filter(reading -> reading.offset().abs().compareTo(FARTHEST) <= 0)
                .min(Comparator.comparing(GuestReading::error));
    }

    /** Whether the two cannot be of clocks that stood still beside each other. */
    public boolean differsFrom(GuestReading other, Duration beyond) {
        var allowed = error.plus(other.error).plus(beyond);
        return offset.minus(other.offset).abs().compareTo(allowed) > 0;
    }
}
