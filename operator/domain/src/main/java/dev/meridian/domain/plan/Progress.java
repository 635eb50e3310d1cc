package dev.meridian.domain.plan;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What became of earlier steps, as far as the agent's memory goes.
 *
 * @param inFlight a step that is under way
 * @param failure how the last step failed; gone once one succeeded
 * @param askedAt when the guest was last asked to power off
 * @param resumedAt when its virtual CPUs were last set going again
 */
public record Progress(
        Optional<InFlight> inFlight,
        Optional<Failure> failure,
        Optional<Instant> askedAt,
        Optional<Instant> resumedAt) {
    public static final Progress NONE =
            new Progress(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    /** A step that was handed to the machine's lane. */
    public record InFlight(Step step, Instant since) {}

    /**
     * A step that failed.
     *
     * @param step simple name of the step's type
     * @param attempts how often in a row
     * @param generation of the object whose step it was
     */
    public record Failure(String step, Kind kind, String message, Instant at, int attempts, long generation) {
        private static final Duration FIRST = Duration.ofSeconds(1);
        private static final Duration LONGEST = Duration.ofMinutes(1);

        /** What kind of failure. */
        public enum Kind {
            /** libvirt or the hypervisor will not have it so; only a change helps. */
            NotSupported,
            /** Another process holds the file of a disk. */
            DiskInUse,
            /** libvirt did not come back: the hypervisor process hangs. */
            Hung,
            /** It may go better next time. */
            Transient
        }

        Failure saying(String otherMessage) {
            return new Failure(step, kind, otherMessage, at, attempts, generation);
        }

        /** When to try again: 1 s after the first failure, doubling to a minute. */
        public Instant retryAt() {
            var doublings = Math.min(attempts - 1, 6);
            var wait = FIRST.multipliedBy(1L << doublings);
            return at.plus(wait.compareTo(LONGEST) > 0 ? LONGEST : wait);
        }
    }
}
