package dev.meridian.e2e;

import java.util.List;
import java.util.Locale;

/** Prints measured figures beside their limits: {@code figure NAME VALUE LIMIT ok|MISS}. */
final class Figures {
    private Figures() {}

    static void atMost(String name, double value, double limit) {
        System.out.printf(Locale.ROOT, "figure %s %.2f %.2f %s%n", name, value, limit, value <= limit ? "ok" : "MISS");
    }

    /** A figure that is told and held to no limit. */
    static void report(String name, double value) {
        System.out.printf(Locale.ROOT, "figure %s %.2f - ok%n", name, value);
    }

    /** What belongs beside a figure and has no limit. */
    static void note(String format, Object... values) {
        System.out.printf(Locale.ROOT, format + "%n", values);
    }

    /** The smallest value that so many percent of all do not exceed. */
    static double percentile(List<Double> values, int percent) {
        var sorted = values.stream().sorted().toList();
        return sorted.get(Math.max(0, (int) Math.ceil(sorted.size() * percent / 100.0) - 1));
    }
}
