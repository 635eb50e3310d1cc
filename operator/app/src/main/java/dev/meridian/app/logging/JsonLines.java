package dev.meridian.app.logging;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.logging.Formatter;
import java.util.logging.LogRecord;
import org.jspecify.annotations.Nullable;

/**
 * A record as a line with one JSON object: {@code time} (RFC 3339, UTC), {@code level}, {@code logger}, {@code message},
 * {@code error} and {@code stack} of an exception, then the key-values, each as a field. A key that is one of those names
 * gets an underscore. It is ASCII: no text in it, whatever it has, ends the line.
 */
final class JsonLines extends Formatter {
    private static final JsonFactory JSON =
            JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    @Override
    public String format(LogRecord entry) {
        var fields = new LinkedHashMap<String, @Nullable Object>();
        fields.put("time", entry.getInstant().toString());
        fields.put("level", LogLevel.of(entry.getLevel()).name());
        fields.put("logger", entry.getLoggerName());
        fields.put("message", formatMessage(entry));
        var thrown = entry.getThrown();
        if (thrown != null) {
            fields.put("error", thrown.toString());
            fields.put("stack", stack(thrown));
        }
        for (var field : FieldsRecord.of(entry)) {
            fields.put(free(fields, field.key), field.value);
        }
        return line(fields);
    }

    private static String free(Map<String, @Nullable Object> fields, String key) {
        return fields.containsKey(key) ? free(fields, key + "_") : key;
    }

    private static String line(Map<String, @Nullable Object> fields) {
        var line = new StringWriter();
        try (var json = JSON.createGenerator(line)) {
            json.writeStartObject();
            for (var field : fields.entrySet()) {
                json.writeFieldName(field.getKey());
                write(json, field.getValue());
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return line.append('\n').toString();
    }

    private static void write(JsonGenerator json, @Nullable Object value) throws IOException {
        switch (value) {
            case null -> json.writeNull();
            case Boolean truth -> json.writeBoolean(truth);
            case Integer number -> json.writeNumber(number);
            case Long number -> json.writeNumber(number);
            default -> json.writeString(value.toString());
        }
    }

    private static String stack(Throwable thrown) {
        var text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
