package dev.meridian.domain.clock;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GuestReadingTest {
    private static final Instant SENT = Instant.parse("2026-03-01T12:00:00Z");

    @ParameterizedTest
    @CsvSource({"0", "1", "500", "999", "1000"})
    void errorCoversWhereverInTheRoundTripTheGuestLooked(long lookedAtMicros) {
        // given
        var trueOffset = Duration.ofSeconds(-3600, 250_000_000);
        var looked = SENT.plus(Duration.ofNanos(lookedAtMicros * 1_000));

        // when
        var reading = GuestReading.best(List.of(sample(looked.plus(trueOffset), Duration.ofMillis(1), Duration.ZERO)))
                .orElseThrow();

        // then
        assertThat(reading.offset().minus(trueOffset).abs()).isLessThanOrEqualTo(reading.error());
        assertThat(reading.error()).isLessThan(Duration.ofNanos(500_002));
    }

    @Test
    void sharpestSampleCounts() {
        // given
        var slow = sample(SENT.plusSeconds(9), Duration.ofMillis(40), Duration.ZERO);
        var quick = sample(SENT.plusSeconds(7), Duration.ofMillis(2), Duration.ZERO);

        // when
        var reading = GuestReading.best(List.of(slow, quick, slow)).orElseThrow();

        // then
        assertThat(reading.offset()).isEqualTo(Duration.ofMillis(6_999));
    }

    @ParameterizedTest
    @CsvSource({"-3600000", "-6", "6", "3600000"})
    void sampleDuringWhichTheHostWasSteppedIsNone(long stepMillis) {
        // given
        var sample = sample(SENT, Duration.ofMillis(2), Duration.ofMillis(stepMillis));

        // when
        var reading = GuestReading.best(List.of(sample));

        // then
        assertThat(reading).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"18446744073", "-6500000000"})
    void guestThatTellsNonsenseHasNoReading(long guestSeconds) {
        // given
        var sample = sample(Instant.ofEpochSecond(guestSeconds), Duration.ofMillis(2), Duration.ZERO);

        // when
        var reading = GuestReading.best(List.of(sample));

        // then
        assertThat(reading).isEmpty();
    }

    private static GuestReading.Sample sample(Instant guest, Duration roundTrip, Duration hostStep) {
        return new GuestReading.Sample(guest, SENT, SENT.plus(roundTrip).plus(hostStep), roundTrip);
    }
}
