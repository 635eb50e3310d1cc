package dev.meridian.domain.certificate;

import java.time.Duration;
import java.time.Instant;

/**
 * How long certificates are valid.
 *
 * @param certificate of a node
 * @param authority of what signs those
 */
public record Lifetimes(Duration certificate, Duration authority) {
    public static final Lifetimes USUAL = new Lifetimes(Duration.ofDays(30), Duration.ofDays(3650));

    private static final Duration MOST_EARLIER = Duration.ofMinutes(5);

    public Lifetimes {
        if (!certificate.isPositive() || authority.compareTo(certificate.multipliedBy(3)) < 0) {
            throw new IllegalArgumentException(
                    "an authority that is valid for %s cannot be renewed while certificates for %s are; give it thrice as long"
                            .formatted(authority, certificate));
        }
    }

    /** For how long a new authority is believed before it signs: nodes must have heard of it until then. */
    public Duration overlap() {
        return authority.dividedBy(100);
    }

    /** A node's clock may be behind. */
    public static Instant begin(Instant now, Duration lifetime) {
        var tenth = lifetime.dividedBy(10);
        return now.minus(tenth.compareTo(MOST_EARLIER) < 0 ? tenth : MOST_EARLIER);
    }

    /** When two thirds of its time are over. */
    public static Instant renewal(Instant from, Instant until) {
        return from.plus(Duration.between(from, until).multipliedBy(2).dividedBy(3));
    }
}
