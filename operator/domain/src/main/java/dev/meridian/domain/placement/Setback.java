package dev.meridian.domain.placement;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reservations of a machine that came to nothing, one after the other, for the same reason.
 *
 * @param asked what the last one asked for, by its own word
 */
public record Setback(
        ReservedPod.Refusal last,
        int count,
        Instant at,
        @Nullable String asked) {
    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofMinutes(1);

    public static Setback after(
            Optional<Setback> before, ReservedPod.Refusal refusal, Optional<String> asked, Instant now) {
        var again = before.filter(setback -> setback.last().reason().equals(refusal.reason()));
        return new Setback(refusal, again.map(Setback::count).orElse(0) + 1, now, asked.orElse(null));
    }

    /** Who corrects a spec need not wait for what was refused to another. */
    boolean isOf(String asks) {
        return asked == null || asked.equals(asks);
    }

    /** A pod that was there before says nothing of it: of a machine that grows, it holds the smaller room. */
    public boolean isOverWith(ReservedPod pod) {
        return pod.admitted() && pod.createdAt().isAfter(at);
    }

    /** When the next reservation is due: after 1 s, doubling up to a minute. */
    public Instant until() {
        var doubled = FIRST.multipliedBy(1L << Math.min(count - 1, 10));
        return at.plus(doubled.compareTo(LONGEST) < 0 ? doubled : LONGEST);
    }
}
