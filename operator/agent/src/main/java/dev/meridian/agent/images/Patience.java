package dev.meridian.agent.images;

import java.time.Duration;

/**
 * How long servers are waited for.
 *
 * @param connect to be connected with
 * @param idle between two bytes
 * @param answer for the head of an answer
 * @param window in which a body must bring at least {@code windowBytes}
 */
public record Patience(Duration connect, Duration idle, Duration answer, Duration window, long windowBytes) {
    public static final Patience DEFAULT = new Patience(
            Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofSeconds(60), Duration.ofSeconds(60), 60 << 10);
}
