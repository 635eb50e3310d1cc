package dev.meridian.cli;

import java.time.Duration;
import java.util.regex.Pattern;

/** Durations as kubectl reads and writes them: {@code 1h30m}. */
final class Durations {
    private static final Pattern PART = Pattern.compile("([0-9]+(?:\\.[0-9]+)?)(ms|h|m|s)");
    private static final Pattern WHOLE = Pattern.compile("(?:" + PART.pattern() + ")+");

    private Durations() {}

    /** @param flag whose value it is, for the failure */
    static Duration parse(String flag, String text) {
        if (text.equals("0")) {
            return Duration.ZERO;
        }
        if (!WHOLE.matcher(text).matches()) {
            throw Failure.error("%s: \"%s\" is no duration; give one like 30s, 5m or 1h30m".formatted(flag, text));
        }
        return PART.matcher(text)
                .results()
                .map(part -> Duration.ofMillis(Math.round(Double.parseDouble(part.group(1)) * millis(part.group(2)))))
                .reduce(Duration.ZERO, Duration::plus);
    }

    private static long millis(String unit) {
        return switch (unit) {
            case "ms" -> 1;
            case "s" -> 1_000;
            case "m" -> 60_000;
            default -> 3_600_000;
        };
    }

    /** An age in kubectl's way: two units at the most, and one where that says enough. */
    static String age(Duration age) {
        var seconds = Math.max(0, age.toSeconds());
        if (seconds < 120) {
            return seconds + "s";
        }
        if (seconds < 600) {
            return two(seconds / 60, "m", seconds % 60, "s");
        }
        if (seconds < 3 * 3600) {
            return seconds / 60 + "m";
        }
        if (seconds < 8 * 3600) {
            return two(seconds / 3600, "h", seconds / 60 % 60, "m");
        }
        if (seconds < 48 * 3600) {
            return seconds / 3600 + "h";
        }
        var days = seconds / 86_400;
        if (days < 8) {
            return two(days, "d", seconds / 3600 % 24, "h");
        }
        if (days < 2 * 365) {
            return days + "d";
        }
        return days < 8 * 365 ? two(days / 365, "y", days % 365, "d") : days / 365 + "y";
    }

    private static String two(long large, String largeUnit, long small, String smallUnit) {
        return large + largeUnit + (small == 0 ? "" : small + smallUnit);
    }
}
