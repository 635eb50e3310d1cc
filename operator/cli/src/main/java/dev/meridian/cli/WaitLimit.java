package dev.meridian.cli;

import java.time.Duration;
import picocli.CommandLine.Option;

/** {@code --timeout}. */
final class WaitLimit {
    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            description = "How long to wait, such as 30s or 5m; 0: only look. Left out: 5m.")
    private String timeout = "5m";

    Duration limit() {
        return Durations.parse("--timeout", timeout);
    }

    String text() {
        return timeout;
    }
}
