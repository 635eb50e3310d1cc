package dev.meridian.agent;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The node's clock, as its kernel has it. */
class HostClockTest {
    @ParameterizedTest
    @CsvSource({
        "0, 10",
        "10000, 10",
        "10001, 100",
        "999999, 1000",
        "1000001, 16000",
        "16000000, 16000",
        "99000000, 16000"
    })
    void errorIsToldAsABoundThatSeldomChanges(long micros, long millis) {
        assertThat(HostClock.boundMillis(micros)).isEqualTo(millis);
    }

    @Test
    void kernelIsAsked() {
        // when
        var clock = HostClock.read();

        // then
        assertThat(clock.maxErrorMillis()).isBetween(10L, 16_000L);
        assertThat(clock.source()).isNotBlank();
        assertThat(HostClock.condition(clock).status().name()).isEqualTo(clock.isSynchronized() ? "True" : "False");
    }
}
