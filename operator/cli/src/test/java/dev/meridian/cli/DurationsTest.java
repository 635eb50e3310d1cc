package dev.meridian.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {
    @ParameterizedTest
    @CsvSource({"0, PT0S", "30s, PT30S", "1h30m, PT1H30M", "1.5s, PT1.5S", "250ms, PT0.25S"})
    void isReadAsKubectlReadsIt(String text, Duration duration) {
        assertThat(Durations.parse("--timeout", text)).isEqualTo(duration);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "5", "-5s", "5 s", "PT5S"})
    void whatIsNoneIsRefusedWithItsFlag(String text) {
        assertThatThrownBy(() -> Durations.parse("--timeout", text))
                .isInstanceOf(Failure.class)
                .hasMessage("error: --timeout: \"%s\" is no duration; give one like 30s, 5m or 1h30m", text);
    }

    @ParameterizedTest
    @CsvSource({
        "5, 5s",
        "119, 119s",
        "125, 2m5s",
        "3600, 60m",
        "14400, 4h",
        "15000, 4h10m",
        "90000, 25h",
        "200000, 2d7h",
        "31536000, 365d",
        "94608000, 3y"
    })
    void ageIsSaidAsKubectlSaysIt(long seconds, String words) {
        assertThat(Durations.age(Duration.ofSeconds(seconds))).isEqualTo(words);
    }
}
