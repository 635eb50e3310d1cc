package dev.meridian.domain.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.Fenced;
import dev.meridian.api.v1alpha1.Fencing;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Taint;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
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
                Optional.ofNullable(before).map(state -> new Fencing(state, "x", NOW.toString(), null)));
        // when
        var worth = marks.worth(isAlive, wasHeardSince, Optional.of("11:59"), NOW);
        // then
        assertThat(worth.map(Fencing::state)).isEqualTo(Optional.ofNullable(after));
    }

    @ParameterizedTest
    @CsvSource({
        // a word is given, state, driver, dead
        "true, Fenced, , true",
        "true, Refuted, , false",
        "false, Fenced, , false",
        "false, Fenced, Redfish, true",
        "false, Fenced, Job, true",
        "false, Fencing, Redfish, false",
        "false, Failed, Redfish, false",
        "false, Held, Job, false",
        "true, Failed, Redfish, false",
        "false, , , false",
    })
    void nodeIsDeadByAWordThatCountsOrByProof(
            boolean isSaid, Fencing.State state, Fencing.Driver driver, boolean isDead) {
        // given
        var marks = new NodeMarks(
                List.of(),
                isSaid ? Optional.of(new Fenced("operator", null)) : Optional.empty(),
                Optional.ofNullable(state).map(told -> new Fencing(told, "x", NOW.toString(), driver, null)));
        // when, then
        assertThat(marks.death().isPresent()).isEqualTo(isDead);
    }

    @Test
    void wordOfItsOwnIsPutInThePlaceOfWhatADriverHasTold() {
        // given
        var by = "spec.fenced of its Hypervisor, by operator";
        var marks = new NodeMarks(
                List.of(),
                Optional.of(new Fenced("operator", null)),
                Optional.of(new Fencing(Fencing.State.Fenced, by, "2026-03-01T11:00:00Z", Fencing.Driver.Job, "m")));
        // when
        var worth = marks.worth(false, false, Optional.empty(), NOW);
        // then
        assertThat(worth).contains(new Fencing(Fencing.State.Fenced, by, NOW.toString(), null));
    }

    /** A controller that begins takes each Lease for alive until it expires. */
    @ParameterizedTest
    @CsvSource({
        // the renewal now, whether its Lease counts as alive, what the word is worth
        "11:59, true, Fenced",
        "11:59, false, Fenced",
        "12:01, true, Refuted",
        "12:01, false, Refuted",
        ", false, Fenced",
    })
    void agentThatWasHeardOfWhileNoControllerRanRefutesTheWord(String renewal, boolean isAlive, Fencing.State worth) {
        // given
        var by = "spec.fenced of its Hypervisor, by operator";
        var believed = new Fencing(Fencing.State.Fenced, by, NOW.toString(), "11:59");
        var marks = new NodeMarks(List.of(), Optional.of(new Fenced("operator", null)), Optional.of(believed));
        // when, then
        assertThat(marks.worth(isAlive, false, Optional.ofNullable(renewal), NOW)
                        .map(Fencing::state))
                .contains(worth);
        assertThat(NodeMarks.isOutdated(believed, Optional.ofNullable(renewal)))
                .isEqualTo(worth == Fencing.State.Refuted);
    }

    @ParameterizedTest
    @CsvSource({
        "node.kubernetes.io/not-ready, true",
        "node.kubernetes.io/unreachable, true",
        "node.kubernetes.io/unschedulable, false"
    })
    void nodeIsUnreadyByTheTaintsOfTheNodeController(String taint, boolean isUnready) {
        // given
        var node = new NodeBuilder()
                .withNewSpec()
                .withTaints(new Taint("NoSchedule", taint, null, null))
                .endSpec()
                .build();
        // when, then
        assertThat(NodeMarks.isUnready(node)).isEqualTo(isUnready);
        assertThat(NodeMarks.isUnready(new NodeBuilder().build())).isFalse();
    }
}
