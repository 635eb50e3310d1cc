package dev.meridian.app;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Log lines for a terminal: time, level, logger, message. */
final class Logging {
    /** Held, or java.util.logging may collect them and forget their levels. */
    private static final Logger OURS = Logger.getLogger("dev.meridian");

    /** Warns once per kind whose version has "alpha" or "beta" in it: the API that we define is no news. */
    private static final Logger CLIENT_ON_VERSIONS =
            Logger.getLogger("io.fabric8.kubernetes.client.dsl.internal.VersionUsageUtils");

    private Logging() {}

    /** {@code MERIDIAN_LOG_LEVEL} is debug, info (the default), warn or error. */
    static void configure() {
        var root = Logger.getLogger("");
        for (var handler : root.getHandlers()) {
            root.removeHandler(handler);
        }
        var console = new ConsoleHandler();
        console.setFormatter(new Line());
        console.setLevel(Level.ALL);
        root.addHandler(console);
        root.setLevel(Level.WARNING);
        OURS.setLevel(level(System.getenv().getOrDefault("MERIDIAN_LOG_LEVEL", "info")));
        CLIENT_ON_VERSIONS.setLevel(Level.SEVERE);
    }

    private static Level level(String name) {
        return switch (name) {
            case "debug" -> Level.FINE;
            case "info" -> Level.INFO;
            case "warn" -> Level.WARNING;
            case "error" -> Level.SEVERE;
            default ->
                throw new IllegalArgumentException(
                        "MERIDIAN_LOG_LEVEL: %s is not a level; use debug, info, warn or error".formatted(name));
        };
    }

    /** One record as a line; an exception follows with its stack. */
    private static final class Line extends Formatter {
        @Override
        public String format(LogRecord entry) {
            var logger = entry.getLoggerName() == null ? "" : entry.getLoggerName();
            var line = new StringBuilder()
                    .append(Instant.ofEpochMilli(entry.getMillis()).truncatedTo(ChronoUnit.MILLIS))
                    .append(' ')
                    .append(entry.getLevel().getName())
                    .append(' ')
                    .append(logger.substring(logger.lastIndexOf('.') + 1))
                    .append(' ')
                    .append(formatMessage(entry))
                    .append('\n');
            if (entry.getThrown() != null) {
                line.append(stack(entry.getThrown()));
            }
            return line.toString();
        }

        private static String stack(Throwable thrown) {
            var text = new StringWriter();
            thrown.printStackTrace(new PrintWriter(text));
            return text.toString();
        }
    }
}
