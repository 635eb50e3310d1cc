package dev.meridian.domain.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageRetriesTest {
    @ParameterizedTest
    @CsvSource({"1, PT1S", "2, PT2S", "5, PT16S", "9, PT4M16S", "10, PT5M", "1000, PT5M"})
    void failingWorldIsTriedEverMoreSeldom(int failures, Duration delay) {
        assertThat(ImageRetries.delay(ImageProblem.ofWorld("Unreachable", ""), failures))
                .isEqualTo(delay);
    }

    @ParameterizedTest
    @CsvSource({"NotFound, PT5M", "ChecksumMismatch, PT1H", "ImageRefused, PT1H"})
    void usersMistakeIsNotDownloadedAgainAndAgain(String reason, Duration delay) {
        assertThat(ImageRetries.delay(ImageProblem.ofUser(reason, ""), 1)).isEqualTo(delay);
    }
}
