package dev.meridian.cli;

import dev.meridian.api.v1alpha1.ClockStatus;
import dev.meridian.api.v1alpha1.GuestClock;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Offsets of a guest's clocks, in words. */
final class ClockWords {
    /** {@code status.clock.rtcOffsetSeconds} is right within so many. */
    private static final long ERROR_SECONDS = 2;

    private ClockWords() {}

    /** Such as {@code 3y 36d ahead}; with a question mark where a change may have been missed. */
    static String of(ClockStatus clock) {
        var offset = clock.rtcOffsetSeconds();
        var words = Math.abs(offset) <= ERROR_SECONDS
                ? "host's time"
                : amount(Duration.ofSeconds(Math.abs(offset))) + (offset > 0 ? " ahead" : " behind");
        return clock.certain() ? words : words + "?";
    }

    static String of(GuestClock clock) {
        var offset = clock.offsetMillis();
        if (Math.abs(offset) <= clock.errorMillis()) {
            return "host's time within %d ms".formatted(clock.errorMillis());
        }
        var amount = Math.abs(offset) < 10_000 ? Math.abs(offset) + " ms" : amount(Duration.ofMillis(Math.abs(offset)));
        return "%s %s, within %d ms".formatted(amount, offset > 0 ? "ahead" : "behind", clock.errorMillis());
    }

    /** The two largest units; a year has 365 days. */
    private static String amount(Duration offset) {
        var seconds = offset.toSeconds();
        return Stream.of(
                        part(seconds / 86_400 / 365, "y"),
                        part(seconds / 86_400 % 365, "d"),
                        part(seconds / 3600 % 24, "h"),
                        part(seconds / 60 % 60, "min"),
                        part(seconds % 60, "s"))
                .dropWhile(String::isEmpty)
                .limit(2)
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining(" "));
    }

    private static String part(long amount, String unit) {
        return amount == 0 ? "" : amount + " " + unit;
    }
}
