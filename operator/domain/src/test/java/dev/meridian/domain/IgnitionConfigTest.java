package dev.meridian.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.domain.ignition.IgnitionConfig;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IgnitionConfigTest {
    @Test
    void configurationOfAVersionIsLeftAlone() {
        assertThat(mistake("{\"ignition\": {\"version\": \"3.4.0\"}, \"storage\": {}}\n"))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ''                                               | has no ignition.version
            {}                                               | has no ignition.version
            [{"ignition": {"version": "3.4.0"}}]             | has no ignition.version
            {"ignition": {"version": 3}}                     | has no ignition.version
            variant: swordfish                               | is no JSON from line 1
            {"ignition": {"version": "3.4.0"}} swordfish     | is no JSON from line 1
            {"ignition": {"version": "3.4.0"}, "swordfish":  | is no JSON from line 1
            """)
    void mistakeIsToldByItsPlaceAndNotByWhatStandsThere(String text, String told) {
        assertThat(mistake(text))
                .hasValueSatisfying(
                        mistake -> assertThat(mistake).contains(told, "Butane").doesNotContain("swordfish"));
    }

    private static Optional<String> mistake(String text) {
        return IgnitionConfig.mistake(text.getBytes(StandardCharsets.UTF_8));
    }
}
