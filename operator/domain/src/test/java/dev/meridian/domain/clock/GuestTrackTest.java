package dev.meridian.domain.clock;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GuestTrackTest {
    private static final Instant AT = Instant.parse("2026-03-01T12:00:00Z");

    @ParameterizedTest
    @CsvSource({
        // seconds, offset then in microseconds, drift in ppb
        "100, 5000, 50000",
        "100, -5000, -50000",
        "10000, 7000, 700",
        "100, 1999, ",
        "100, 0, ",
    })
    void driftIsToldWhereItIsMoreThanBothErrors(long seconds, long micros, Long ppb) {
        // given
        var first = GuestTrack.of(reading(0, 0));

        // when
        var track = first.next(reading(seconds, micros));

        // then
        assertThat(track.driftPpb()).isEqualTo(ppb == null ? OptionalLong.empty() : OptionalLong.of(ppb));
    }

    @ParameterizedTest
    @CsvSource({"60, -10000000", "60, 10000000", "60, 63000", "-3600, 0"})
    void jumpBeginsAnew(long seconds, long micros) {
        // given
        var jumped = reading(seconds, micros);

        // when
        var track = GuestTrack.of(reading(0, 0)).next(jumped);

        // then
        assertThat(track).isEqualTo(GuestTrack.of(jumped));
    }

    @Test
    void oneReadingHasNoDrift() {
        assertThat(GuestTrack.of(reading(0, 500)).driftPpb()).isEmpty();
    }

    /** With an error of a millisecond. */
    private static GuestReading reading(long seconds, long offsetMicros) {
        return new GuestReading(Duration.ofNanos(offsetMicros * 1_000), Duration.ofMillis(1), AT.plusSeconds(seconds));
    }
}
