package dev.meridian.domain.plan;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/**
 * By how much another node's clock is ahead of this one's. It lies between two bounds, as in NTP (RFC 5905): no word is heard
 * before it is said, and how much of the time went on which way is not known.
 */
public record ClockSkew(Duration atLeast, Duration atMost) {
    /** A guest's clock goes with its node's, so it steps by as much. */
    private static final Duration LET_PASS = Duration.ofSeconds(5);

    /**
     * @param asked by this clock, when it was asked
     * @param heard by the other, when it heard that
     * @param answered by the other, when it answered
     * @param seen by this clock, when the answer was heard
     */
    public static ClockSkew of(Instant asked, Instant heard, Instant answered, Instant seen) {
        var back = Duration.between(seen, answered);
        var there = Duration.between(asked, heard);
        // A clock was stepped between the two where they contradict each other.
        return back.compareTo(there) <= 0 ? new ClockSkew(back, there) : new ClockSkew(there, back);
    }

    boolean isLetPass() {
        return atLeast.compareTo(LET_PASS.negated()) >= 0 && atMost.compareTo(LET_PASS) <= 0;
    }

    String refusal(String node) {
        var middle = atLeast.plus(atMost).dividedBy(2);
        return "the clock of node %s is %s s %s this node's, give or take %s s, and the guest's would step by as much; have the clocks of both kept (chrony), or make a migration with spec.allowClockSkew: true"
                .formatted(
                        node,
                        seconds(middle.abs()),
                        middle.isNegative() ? "behind" : "ahead of",
                        seconds(atMost.minus(atLeast).dividedBy(2)));
    }

    private static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.3f", duration.toMillis() / 1e3);
    }
}
