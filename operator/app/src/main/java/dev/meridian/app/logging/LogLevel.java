package dev.meridian.app.logging;

import java.util.Arrays;
import java.util.Optional;
import java.util.logging.Level;

/** What is worth a line, as options and lines name it. */
public enum LogLevel {
    debug,
    info,
    warn,
    error;

    /** The level of that name, exactly as it is written. */
    public static Optional<LogLevel> named(String name) {
        return Arrays.stream(values())
                .filter(level -> level.name().equals(name))
                .findFirst();
    }

    /** The greatest that is not above; what is finer than all is of the finest. */
    static LogLevel of(Level level) {
        return Arrays.stream(values())
                .filter(known -> known.level().intValue() <= level.intValue())
                .reduce(debug, (_, greater) -> greater);
    }

    Level level() {
        return switch (this) {
            case debug -> Level.FINE;
            case info -> Level.INFO;
            case warn -> Level.WARNING;
            case error -> Level.SEVERE;
        };
    }
}
