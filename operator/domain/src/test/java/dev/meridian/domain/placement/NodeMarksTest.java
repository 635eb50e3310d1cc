package dev.meridian.domain.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.Fenced;
import dev.meridian.api.v1alpha1.Fencing;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeMarksTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    @ParameterizedTest
    @CsvSource({
        "false, true, false, , ",
        "false, false, false, Fenced, ",
        "false, false, false, Refuted, ",
        "true, true, false, , ",
        "true, false, false, , Fenced",
        "true, false, false, Fenced, Fenced",
        "true, true, true, , Refuted",
        "true, true, true, Fenced, Refuted",
        "true, false, false, Refuted, Refuted",
        "true, true, false, Refuted, Refuted",
        "true, false, true, Fenced, Refuted",
    })
    void wordCountsUntilTheAgentIsHeardOfSince(
            boolean isSaid, boolean isAlive, boolean wasHeardSince, Fencing.State before, Fencing.State after) {
        // given
        var marks = new NodeMarks(
                List.of(),
                isSaid ? Optional.of(new Fenced("operator", null)) : Optional.empty(),
                Optional.ofNullable(before).map(state -> new Fencing(state, "x", NOW.toString())));
        // when
        var worth = marks.worth(isAlive, wasHeardSince, NOW);
        // then
        assertThat(worth.map(Fencing::state)).isEqualTo(Optional.ofNullable(after));
    }
}
