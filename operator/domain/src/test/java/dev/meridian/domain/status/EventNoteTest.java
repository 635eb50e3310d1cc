package dev.meridian.domain.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class EventNoteTest {
    private static final String TWO_BYTES = "\u00e4";
    private static final String THREE_BYTES = "\u20ac";
    private static final String FOUR_BYTES = "\ud83d\ude00";

    static Stream<Arguments> notes() {
        return Stream.of(
                Arguments.of("", ""),
                Arguments.of("a".repeat(1024), "a".repeat(1024)),
                Arguments.of("a".repeat(1025), "a".repeat(1024)),
                Arguments.of(TWO_BYTES.repeat(1024), TWO_BYTES.repeat(512)),
                Arguments.of(THREE_BYTES.repeat(342), THREE_BYTES.repeat(341)),
                Arguments.of("a" + FOUR_BYTES.repeat(256), "a" + FOUR_BYTES.repeat(255)));
    }

    @ParameterizedTest
    @MethodSource("notes")
    void noteHasAsManyWholeCharactersAsTheApiServerTakes(String given, String text) {
        // when
        var note = new EventNote(given);
        // then
        assertThat(note.text()).isEqualTo(text);
        assertThat(note.text().getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(1024);
    }
}
