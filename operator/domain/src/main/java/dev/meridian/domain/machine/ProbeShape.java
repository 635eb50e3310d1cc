package dev.meridian.domain.machine;

import dev.meridian.api.v1alpha1.HttpHeader;
import dev.meridian.api.v1alpha1.HttpScheme;
import java.time.Duration;
import java.util.List;

/**
 * A probe with its defaults.
 *
 * @param successes in a row that make it succeed
 * @param failures in a row that make it fail
 */
public record ProbeShape(
        Question question, Duration initialDelay, Duration period, Duration timeout, int successes, int failures) {
    /** What the guest is asked. */
    public sealed interface Question {}

    /** A question that the guest agent answers. */
    public sealed interface OfAgent extends Question {}

    /** A question that the node asks at an address of the guest. */
    public sealed interface OfNetwork extends Question {}

    /** Runs a command in the guest. */
    public record Exec(List<String> command) implements OfAgent {
        public Exec {
            command = List.copyOf(command);
        }
    }

    /** Is the agent there? */
    public record Ping() implements OfAgent {}

    /** Takes the guest a connection? */
    public record Tcp(int port) implements OfNetwork {}

    /** Answers the guest a request? */
    public record Http(int port, String path, HttpScheme scheme, List<HttpHeader> headers) implements OfNetwork {
        public Http {
            headers = List.copyOf(headers);
        }
    }
}
