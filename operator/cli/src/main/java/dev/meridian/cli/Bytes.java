package dev.meridian.cli;

import java.util.List;
import java.util.Locale;

/** Sizes for people. */
final class Bytes {
    private static final List<String> UNITS = List.of("", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei");

    private Bytes() {}

    /** With one digit behind the point below ten: {@code 1.5Gi}. */
    static String words(long bytes) {
        var value = (double) bytes;
        var unit = 0;
        while (value >= 1024 && unit < UNITS.size() - 1) {
            value /= 1024;
            unit++;
        }
        return (unit == 0 || value >= 10 ? Long.toString(Math.round(value)) : String.format(Locale.ROOT, "%.1f", value))
                + UNITS.get(unit);
    }
}
