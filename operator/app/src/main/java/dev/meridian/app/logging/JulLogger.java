package dev.meridian.app.logging;

import java.util.List;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.event.KeyValuePair;
import org.slf4j.event.Level;
import org.slf4j.event.LoggingEvent;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;
import org.slf4j.spi.LoggingEventAware;

/**
 * A logger of SLF4J over one of java.util.logging. SLF4J's own (slf4j-jdk14 2.0.18, {@code JDK14LoggerAdapter}) puts the
 * key-values into the message, where no collector of logs can search for them.
 */
final class JulLogger extends LegacyAbstractLogger implements LoggingEventAware {
    private static final long serialVersionUID = 1;

    /** Held, or java.util.logging may collect it and forget its level. */
    private final transient Logger logger;

    JulLogger(String name) {
        this.name = name;
        this.logger = Logger.getLogger(name);
    }

    @Override
    public boolean isTraceEnabled() {
        return isEnabled(Level.TRACE);
    }

    @Override
    public boolean isDebugEnabled() {
        return isEnabled(Level.DEBUG);
    }

    @Override
    public boolean isInfoEnabled() {
        return isEnabled(Level.INFO);
    }

    @Override
    public boolean isWarnEnabled() {
        return isEnabled(Level.WARN);
    }

    @Override
    public boolean isErrorEnabled() {
        return isEnabled(Level.ERROR);
    }

    @Override
    public void log(LoggingEvent event) {
        var fields = event.getKeyValuePairs();
        log(
                event.getLevel(),
                event.getMessage(),
                event.getArgumentArray(),
                event.getThrowable(),
                fields == null ? List.of() : fields);
    }

    @Override
    protected void handleNormalizedLoggingCall(
            Level level,
            @Nullable Marker marker,
            String message,
            Object @Nullable [] arguments,
            @Nullable Throwable thrown) {
        log(level, message, arguments, thrown, List.of());
    }

    @Override
    protected @Nullable String getFullyQualifiedCallerName() {
        return null;
    }

    private void log(
            Level level,
            String message,
            Object @Nullable [] arguments,
            @Nullable Throwable thrown,
            List<KeyValuePair> fields) {
        var jul = jul(level);
        if (logger.isLoggable(jul)) {
            var formatted = MessageFormatter.arrayFormat(message, arguments);
            var entry = new FieldsRecord(jul, formatted.getMessage(), fields);
            entry.setLoggerName(name);
            entry.setThrown(thrown == null ? formatted.getThrowable() : thrown);
            logger.log(entry);
        }
    }

    private boolean isEnabled(Level level) {
        return logger.isLoggable(jul(level));
    }

    private static java.util.logging.Level jul(Level level) {
        return switch (level) {
            case TRACE -> java.util.logging.Level.FINEST;
            case DEBUG -> java.util.logging.Level.FINE;
            case INFO -> java.util.logging.Level.INFO;
            case WARN -> java.util.logging.Level.WARNING;
            case ERROR -> java.util.logging.Level.SEVERE;
        };
    }
}
