package dev.meridian.domain.fence;

import java.time.Duration;
import java.time.Instant;

/** What has come of powering a node off, as far as this process did it. */
public sealed interface FenceProgress {
    /** Nothing: it did not try, or the agent was heard of meanwhile. */
    record None() implements FenceProgress {}

    /** It is trying. */
    record Trying() implements FenceProgress {}

    /**
     * The node was off.
     *
     * @param askedAt before it was asked: whatever is heard of the agent since then may be of another boot
     */
    record Proven(Instant askedAt, String message) implements FenceProgress {}

    /**
     * It was not seen to be off.
     *
     * @param count of failures one after the other
     * @param generation of the Hypervisor by which it was tried
     */
    record Failed(String message, int count, Instant at, long generation) implements FenceProgress {
        private static final Duration FIRST = Duration.ofSeconds(10);
        private static final Duration LONGEST = Duration.ofMinutes(5);

        /** When it is tried again: after 10 s, doubling up to five minutes. */
        Instant until() {
            var doubled = FIRST.multipliedBy(1L << Math.min(count - 1, 10));
            return at.plus(doubled.compareTo(LONGEST) < 0 ? doubled : LONGEST);
        }
    }

    FenceProgress NONE = new None();
    FenceProgress TRYING = new Trying();

    /** What a failure adds to what was before. */
    static Failed failed(FenceProgress before, String message, Instant at, long generation) {
        var count = before instanceof Failed last && last.generation() == generation ? last.count() + 1 : 1;
        return new Failed(message, count, at, generation);
    }
}
