package dev.meridian.domain.fence;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ComputerSystemTest {
    private static final String UUID = "4c4c4544-0051-3610-8052-b4c04f564b32";

    @ParameterizedTest
    @CsvSource({"Off, true", "On, false", "PoweringOff, false", "off, false", "Paused, false"})
    void onlyOffIsOff(String state, boolean isOff) {
        assertThat(ComputerSystem.read("{\"PowerState\": \"%s\"}".formatted(state))
                        .orElseThrow()
                        .isOff())
                .isEqualTo(isOff);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Off",
                "<html>Off</html>",
                "\"Off\"",
                "[{\"PowerState\": \"Off\"}]",
                "{}",
                "{\"PowerState\": null}",
                "{\"PowerState\": [\"Off\"]}",
                "{\"PowerState\": \"Off\\n\"}",
                "{\"PowerState\": \"\"}",
                "{\"PowerState\": \"Off\"",
            })
    void whatIsNoComputerSystemProvesNothing(String answer) {
        assertThat(ComputerSystem.read(answer)).isEmpty();
    }

    @Test
    void deepNestingProvesNothing() {
        assertThat(ComputerSystem.read("[".repeat(100_000))).isEmpty();
    }

    @Test
    void targetOfItsResetIsRead() {
        // when
        var system = ComputerSystem.read("""
                {"PowerState": "On", "Actions": {"#ComputerSystem.Reset": {"target": "/reset"}}}""");
        // then
        assertThat(system.orElseThrow().resetTarget()).contains("/reset");
    }

    @ParameterizedTest
    @CsvSource({
        "4C4C4544-0051-3610-8052-B4C04F564B32, false",
        "44454c4c-5100-1036-8052-b4c04f564b32, false",
        "11111111-2222-4333-8444-555555555555, true",
        "00000000-0000-0000-0000-000000000000, false",
        "unknown, false",
    })
    void anotherIsWhoCallsItselfByAnotherUuid(String own, boolean isAnother) {
        // given
        var system = ComputerSystem.read("{\"PowerState\": \"On\", \"UUID\": \"%s\"}".formatted(own));
        // when, then
        assertThat(system.orElseThrow().isAnother(UUID)).isEqualTo(isAnother);
    }
}
