package dev.meridian.app.logging;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.temporal.ChronoUnit;
import java.util.logging.Formatter;
import java.util.logging.LogRecord;
import java.util.stream.Collectors;

/**
 * A record as a line: time, level, logger, key-values, message. An exception follows with its stack, each line of it set
 * in. What a guest, an image or an object brings in begins no line and controls no terminal.
 */
final class TextLines extends Formatter {
    @Override
    public String format(LogRecord entry) {
        var logger = entry.getLoggerName() == null ? "" : entry.getLoggerName();
        var line = new StringBuilder()
                .append(entry.getInstant().truncatedTo(ChronoUnit.MILLIS))
                .append(' ')
                .append(entry.getLevel().getName())
                .append(' ')
                .append(logger.substring(logger.lastIndexOf('.') + 1))
                .append(' ');
        FieldsRecord.of(entry)
                .forEach(field ->
                        line.append(plain(field.key + "=" + field.value)).append(' '));
        line.append(plain(formatMessage(entry))).append('\n');
        if (entry.getThrown() != null) {
            line.append(stack(entry.getThrown()));
        }
        return line.toString();
    }

    private static String stack(Throwable thrown) {
        var text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text));
        return text.toString()
                .lines()
                .map(line -> "  " + plain(line.replace("\t", "  ")) + "\n")
                .collect(Collectors.joining());
    }

    private static String plain(String text) {
        return text.codePoints().noneMatch(TextLines::controls)
                ? text
                : text.codePoints()
                        .mapToObj(c -> controls(c) ? "\\u%04x".formatted(c) : Character.toString(c))
                        .collect(Collectors.joining());
    }

    private static boolean controls(int codePoint) {
        return Character.isISOControl(codePoint)
                || switch (Character.getType(codePoint)) {
                    case Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.FORMAT -> true;
                    default -> false;
                };
    }
}
