package dev.meridian.app.logging;

import java.io.UnsupportedEncodingException;
import java.nio.charset.StandardCharsets;
import java.util.logging.ConsoleHandler;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Where log lines go: to standard error, ours from a level on that can be changed, warnings of libraries. */
public final class Logging {
    /** Held, or java.util.logging may collect them and forget their levels. */
    private static final Logger OURS = Logger.getLogger("dev.meridian");

    /** Warns once per kind whose version has "alpha" or "beta" in it: the API that we define is no news. */
    private static final Logger CLIENT_ON_VERSIONS =
            Logger.getLogger("io.fabric8.kubernetes.client.dsl.internal.VersionUsageUtils");

    private Logging() {}

    public static void configure(LogFormat format, LogLevel level) {
        var root = Logger.getLogger("");
        for (var handler : root.getHandlers()) {
            root.removeHandler(handler);
        }
        root.addHandler(console(format));
        root.setLevel(Level.WARNING);
        CLIENT_ON_VERSIONS.setLevel(Level.SEVERE);
        setLevel(level);
    }

    public static LogLevel level() {
        return LogLevel.of(OURS.getLevel());
    }

    public static void setLevel(LogLevel level) {
        OURS.setLevel(level.level());
    }

    private static ConsoleHandler console(LogFormat format) {
        var console = new ConsoleHandler();
        console.setFormatter(format.formatter());
        console.setLevel(Level.ALL);
        try {
            console.setEncoding(StandardCharsets.UTF_8.name());
        } catch (UnsupportedEncodingException e) {
            throw new IllegalStateException(e);
        }
        return console;
    }
}
