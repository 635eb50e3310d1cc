package dev.meridian.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.ClockSource;
import dev.meridian.api.v1alpha1.ClockStatus;
import dev.meridian.api.v1alpha1.GuestClock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClockWordsTest {
    @ParameterizedTest
    @CsvSource({
        "0, true, host's time",
        "-2, true, host's time",
        "3, true, 3 s ahead",
        "-3600, true, 1 h behind",
        "5405, true, 1 h 30 min ahead",
        "3605, true, 1 h ahead",
        "97839154, true, 3 y 37 d ahead",
        "60, false, 1 min ahead?",
    })
    void offsetIsSaidInTheTwoLargestUnits(long seconds, boolean certain, String words) {
        // when
        var said = ClockWords.of(new ClockStatus(seconds, ClockSource.Event, "2026-01-01T00:00:00Z", certain, null));

        // then
        assertThat(said).isEqualTo(words);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1 | 2 | host's time within 2 ms",
                "-900 | 2 | 900 ms behind, within 2 ms",
                "61000 | 5 | 1 min 1 s ahead, within 5 ms"
            })
    void guestsClockIsSaidWithItsErrorBound(long offset, long error, String words) {
        // when
        var said = ClockWords.of(new GuestClock(offset, error, null, "2026-01-01T00:00:00Z", null, null));

        // then
        assertThat(said).isEqualTo(words);
    }
}
