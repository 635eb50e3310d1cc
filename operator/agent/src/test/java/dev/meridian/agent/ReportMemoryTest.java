package dev.meridian.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.domain.guest.ProbeOutcome;
import dev.meridian.domain.guest.ProbePlan;
import dev.meridian.domain.guest.Probed;
import dev.meridian.domain.machine.ProbeShape;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReportMemoryTest {
    private static final Instant RUN = Instant.parse("2026-03-01T12:00:00Z");
    private static final ProbePlan.Kind LIVENESS = ProbePlan.Kind.Liveness;

    private final ReportMemory memory = new ReportMemory();

    @Test
    void planBeginsARoundOnceAndAnotherEndsIt() {
        // given
        var first = memory.plan(plan(RUN, probe(1))).getAsLong();

        // when
        var again = memory.plan(plan(RUN, probe(1)));
        var other = memory.plan(plan(RUN, probe(2))).getAsLong();

        // then
        assertThat(again).isEmpty();
        assertThat(memory.due(LIVENESS, first)).isEmpty();
        assertThat(memory.due(LIVENESS, other)).contains(probe(2));
    }

    @Test
    void bootBeginsTheSamePlanAnew() {
        // given
        var round = memory.plan(plan(RUN, probe(1))).getAsLong();

        // when
        memory.booted();

        // then
        assertThat(memory.due(LIVENESS, round)).isEmpty();
        assertThat(memory.plan(plan(RUN, probe(1)))).isPresent();
    }

    @Test
    void failureOfAnEarlierRunSaysNothingOfTheNext() {
        // given
        var round = memory.plan(plan(RUN, probe(1))).getAsLong();
        memory.outcome(LIVENESS, round, probe(1), new ProbeOutcome.Failed("dead"));

        // when
        var before = memory.report();
        memory.plan(plan(RUN.plusSeconds(60), probe(1)));

        // then
        assertThat(before.liveness()).isEqualTo(new Probed.Fails("dead"));
        assertThat(before.run()).isEqualTo(RUN);
        assertThat(memory.report().liveness()).isEqualTo(new Probed.NotYet());
        assertThat(memory.report().run()).isEqualTo(RUN.plusSeconds(60));
    }

    @Test
    void answerThatComesAfterItsRoundIsNotCounted() {
        // given
        var round = memory.plan(plan(RUN, probe(1))).getAsLong();
        memory.booted();

        // when
        var changed = memory.outcome(LIVENESS, round, probe(1), new ProbeOutcome.Failed("late"));

        // then
        assertThat(changed).isFalse();
        assertThat(memory.report().liveness()).isEqualTo(new Probed.NotYet());
    }

    @Test
    void guestThatIsHeldIsNotProbedAndKeepsItsVerdict() {
        // given
        var round = memory.plan(plan(RUN, probe(1))).getAsLong();
        memory.outcome(LIVENESS, round, probe(1), new ProbeOutcome.Succeeded());

        // when
        var held = memory.plan(new ProbePlan(Map.of(), RUN, RUN, List.of())).getAsLong();

        // then
        assertThat(memory.due(LIVENESS, held)).isEmpty();
        assertThat(memory.report().liveness()).isEqualTo(new Probed.Passes());
    }

    private static ProbePlan plan(Instant run, ProbeShape probe) {
        return new ProbePlan(Map.of(LIVENESS, probe), run, run, List.of());
    }

    private static ProbeShape probe(int failures) {
        return new ProbeShape(
                new ProbeShape.Ping(), Duration.ZERO, Duration.ofSeconds(10), Duration.ofSeconds(1), 1, failures);
    }
}
