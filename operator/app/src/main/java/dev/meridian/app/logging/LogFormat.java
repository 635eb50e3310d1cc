package dev.meridian.app.logging;

import java.util.logging.Formatter;

/** How a log line is written. */
public enum LogFormat {
    /** For a person at a terminal. */
    text,
    /** For a collector: one object a line. */
    json;

    Formatter formatter() {
        return switch (this) {
            case text -> new TextLines();
            case json -> new JsonLines();
        };
    }
}
