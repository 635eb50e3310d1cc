package dev.meridian.app;

import dev.meridian.app.logging.LogFormat;
import dev.meridian.app.logging.LogLevel;
import dev.meridian.app.logging.Logging;
import picocli.CommandLine.Option;

/** How a process writes its log. */
final class LoggingOptions {
    @Option(
            names = "--log-format",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "text for a terminal, json for a collector: one object a line (default: ${DEFAULT-VALUE}).")
    private LogFormat format = LogFormat.text;

    @Option(
            names = "--log-level",
            paramLabel = "LEVEL",
            defaultValue = "info",
            description =
                    "debug, info, warn or error (default: ${DEFAULT-VALUE}); PUT /loglevel changes it as the process runs.")
    private LogLevel level = LogLevel.info;

    void apply() {
        Logging.configure(format, level);
    }
}
