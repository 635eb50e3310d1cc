package dev.meridian.app.logging;

import java.util.List;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.slf4j.event.KeyValuePair;

/** A record with the key-values of SLF4J's fluent API, which java.util.logging does not have. */
final class FieldsRecord extends LogRecord {
    private static final long serialVersionUID = 1;

    private final transient List<KeyValuePair> fields;

    FieldsRecord(Level level, String message, List<KeyValuePair> fields) {
        super(level, message);
        this.fields = List.copyOf(fields);
    }

    /** Those of any record: a library that knows java.util.logging alone has none. */
    static List<KeyValuePair> of(LogRecord entry) {
        return entry instanceof FieldsRecord ours ? ours.fields : List.of();
    }
}
