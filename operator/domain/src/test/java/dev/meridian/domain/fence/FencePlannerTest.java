package dev.meridian.domain.fence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.Fencing;
import dev.meridian.api.v1alpha1.FencingSpec;
import dev.meridian.api.v1alpha1.JobFence;
import dev.meridian.api.v1alpha1.RedfishFence;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FencePlannerTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final FencingSpec WANTED =
            new FencingSpec(60, new RedfishFence("https://bmc/redfish/v1/Systems/1", null, null, null), null);
    private static final FenceProgress.Proven PROVEN = new FenceProgress.Proven(NOW.minusSeconds(2), "Off");
    private static final FenceProgress.Failed FAILED = new FenceProgress.Failed("401", 1, NOW.minusSeconds(2), 1);

    @ParameterizedTest
    @CsvSource({
        // silent for, unready for, gains, silent, known
        "60, 60, true, 1, 2, Begin",
        "600, 60, true, 1, 2, Begin",
        "60, 59, true, 1, 2, Wait",
        "59, 60, true, 1, 2, Wait",
        "60, , true, 1, 2, Rest",
        ", 60, true, 1, 2, Rest",
        "60, 60, false, 1, 2, Wait",
        "60, 60, true, 2, 2, Tell",
        "60, 60, true, 1, 1, Tell",
        "60, 60, true, 2, 4, Begin",
        "60, 60, true, 3, 5, Tell",
    })
    void nodeIsPoweredOffWhenBothAreSilentLongEnoughAndMostOthersAreNot(
            @Nullable Integer silentFor,
            @Nullable Integer unreadyFor,
            boolean gains,
            int silent,
            int known,
            String step) {
        // given
        var view = new View()
                .silentFor(silentFor)
                .unreadyFor(unreadyFor)
                .gains(gains)
                .census(silent, known);
        // when
        var next = FencePlanner.next(view.build());
        // then
        assertThat(next.getClass().getSimpleName()).isEqualTo(step);
    }

    @Test
    void nodeIsHeldWithARemedyWhenMostAreSilentAtOnce() {
        // when
        var next = FencePlanner.next(new View().census(3, 5).build());
        // then
        assertThat(next).isInstanceOfSatisfying(FenceStep.Tell.class, tell -> {
            var said = tell.fencing().orElseThrow();
            assertThat(said.state()).isEqualTo(Fencing.State.Held);
            assertThat(said.message())
                    .startsWith("3 of 5 agents are not heard of at once")
                    .contains("spec.fenced");
        });
    }

    @Test
    void itIsWaitedUntilTheLaterOfBothIsLongEnoughAgo() {
        // when
        var next = FencePlanner.next(new View().silentFor(50).unreadyFor(20).build());
        // then
        assertThat(next).isEqualTo(new FenceStep.Wait(NOW.plusSeconds(40)));
    }

    @ParameterizedTest
    @CsvSource({
        "Trying, Fencing",
        "Proven, Fenced",
        "Failed, Failed",
    })
    void whatCameOfItIsToldOnce(String progress, Fencing.State state) {
        // given
        var view = new View()
                .progress(
                        switch (progress) {
                            case "Trying" -> FenceProgress.TRYING;
                            case "Proven" -> PROVEN;
                            default -> FAILED;
                        });
        // when
        var first = FencePlanner.next(view.build());
        // then
        assertThat(first).isInstanceOfSatisfying(FenceStep.Tell.class, tell -> {
            assertThat(tell.fencing().map(Fencing::state)).contains(state);
            assertThat(tell.fencing().map(Fencing::driver)).contains(Fencing.Driver.Redfish);
            assertThat(FencePlanner.next(view.told(tell.fencing()).build()))
                    .isNotInstanceOf(FenceStep.Tell.class)
                    .isNotInstanceOf(FenceStep.Begin.class);
        });
    }

    @Test
    void proofCountsNoMoreOnceTheAgentWasHeardOf() {
        // given
        var fenced = told(Fencing.State.Fenced);
        // when, then
        assertThat(FencePlanner.next(
                        new View().progress(PROVEN).told(fenced).heardSince().build()))
                .as("silent again, and long enough")
                .isInstanceOf(FenceStep.Begin.class);
        assertThat(FencePlanner.next(new View()
                        .progress(PROVEN)
                        .told(fenced)
                        .heardSince()
                        .silentFor(1)
                        .build()))
                .as("silent again, but not for long")
                .isEqualTo(new FenceStep.Tell(Optional.empty()));
        assertThat(FencePlanner.next(
                        new View().progress(PROVEN).told(fenced).alive().build()))
                .as("heard of just now")
                .isEqualTo(new FenceStep.Tell(Optional.empty()));
    }

    @Test
    void whatAnotherProcessHasProvenIsProvenAnew() {
        // given
        var fenced = told(Fencing.State.Fenced);
        // when, then
        assertThat(FencePlanner.next(new View().told(fenced).silentFor(1).build()))
                .isEqualTo(new FenceStep.Tell(Optional.empty()));
        assertThat(FencePlanner.next(new View().told(fenced).build())).isInstanceOf(FenceStep.Begin.class);
    }

    @Test
    void failureIsTriedAgainLaterOrWhenTheSpecIsChanged() {
        // given
        var told = told(Fencing.State.Failed, "401");
        // when, then
        assertThat(FencePlanner.next(new View().progress(FAILED).told(told).build()))
                .isEqualTo(new FenceStep.Wait(NOW.plusSeconds(8)));
        assertThat(FencePlanner.next(
                        new View().progress(FAILED).told(told).generation(2).build()))
                .isInstanceOf(FenceStep.Begin.class);
        assertThat(FencePlanner.next(new View()
                        .progress(new FenceProgress.Failed("401", 1, NOW.minusSeconds(10), 1))
                        .told(told)
                        .build()))
                .isInstanceOf(FenceStep.Begin.class);
    }

    @ParameterizedTest
    @CsvSource({"1, 10", "2, 20", "5, 160", "6, 300", "70, 300"})
    void pauseDoublesUpToFiveMinutes(int count, int seconds) {
        assertThat(new FenceProgress.Failed("", count, NOW, 1).until()).isEqualTo(NOW.plusSeconds(seconds));
    }

    @Test
    void failuresAreCountedAsLongAsTheSpecIsTheSame() {
        assertThat(FenceProgress.failed(FAILED, "x", NOW, 1).count()).isEqualTo(2);
        assertThat(FenceProgress.failed(FAILED, "x", NOW, 2).count()).isEqualTo(1);
        assertThat(FenceProgress.failed(FenceProgress.NONE, "x", NOW, 1).count())
                .isEqualTo(1);
    }

    @Test
    void somebodysWordNeedsNoProof() {
        assertThat(FencePlanner.next(new View().word().build())).isEqualTo(new FenceStep.Rest());
    }

    @Test
    void nodeWithoutDriverIsLeftAlone() {
        assertThat(FencePlanner.next(new View().wanted(null).build())).isEqualTo(new FenceStep.Rest());
        assertThat(FencePlanner.next(
                        new View().wanted(null).told(told(Fencing.State.Failed)).build()))
                .isEqualTo(new FenceStep.Tell(Optional.empty()));
    }

    @Test
    void sixtySecondsAreTheDefaultAndAJobIsTheOtherDriver() {
        // given
        var byJob = new FencingSpec(null, null, new JobFence("fence"));
        // when, then
        assertThat(FencePlanner.next(new View().wanted(byJob).silentFor(59).build()))
                .isEqualTo(new FenceStep.Wait(NOW.plusSeconds(1)));
        assertThat(FencePlanner.next(new View().wanted(byJob).build()))
                .isInstanceOfSatisfying(
                        FenceStep.Begin.class,
                        begin -> assertThat(begin.fencing().driver()).isEqualTo(Fencing.Driver.Job));
    }

    @Test
    void messageIsCutToWhatTheStatusTakes() {
        // given
        var endless = new FenceProgress.Failed("x".repeat(5000), 1, NOW, 1);
        // when
        var next = FencePlanner.next(new View().progress(endless).build());
        // then
        assertThat(next)
                .isInstanceOfSatisfying(
                        FenceStep.Tell.class,
                        tell -> assertThat(tell.fencing().orElseThrow().message())
                                .hasSize(1024));
    }

    private static Optional<Fencing> told(Fencing.State state) {
        return told(state, null);
    }

    private static Optional<Fencing> told(Fencing.State state, @Nullable String message) {
        return Optional.of(new Fencing(
                state,
                "spec.fencing.redfish of its Hypervisor",
                "2026-03-01T11:00:00Z",
                Fencing.Driver.Redfish,
                message));
    }

    /** A node that is due to be powered off, but for what a test says. */
    private static final class View {
        private Optional<FencingSpec> wanted = Optional.of(WANTED);
        private long generation = 1;
        private Optional<Fencing> told = Optional.empty();
        private boolean isWordGiven;
        private boolean isAlive;
        private @Nullable Integer silentFor = 100;
        private @Nullable Integer unreadyFor = 100;
        private boolean wasHeard;
        private boolean gains = true;
        private int silent = 1;
        private int known = 3;
        private FenceProgress progress = FenceProgress.NONE;

        View wanted(@Nullable FencingSpec spec) {
            wanted = Optional.ofNullable(spec);
            return this;
        }

        View generation(long number) {
            generation = number;
            return this;
        }

        View told(Optional<Fencing> fencing) {
            told = fencing;
            return this;
        }

        View word() {
            isWordGiven = true;
            return this;
        }

        View alive() {
            isAlive = true;
            return this;
        }

        View silentFor(@Nullable Integer seconds) {
            silentFor = seconds;
            return this;
        }

        View unreadyFor(@Nullable Integer seconds) {
            unreadyFor = seconds;
            return this;
        }

        View heardSince() {
            wasHeard = true;
            return this;
        }

        View gains(boolean does) {
            gains = does;
            return this;
        }

        View census(int silentAgents, int knownAgents) {
            silent = silentAgents;
            known = knownAgents;
            return this;
        }

        View progress(FenceProgress soFar) {
            progress = soFar;
            return this;
        }

        FenceView build() {
            return new FenceView(
                    wanted,
                    generation,
                    told,
                    isWordGiven,
                    isAlive,
                    Optional.ofNullable(silentFor).map(NOW::minusSeconds),
                    Optional.ofNullable(unreadyFor).map(NOW::minusSeconds),
                    wasHeard,
                    gains,
                    silent,
                    known,
                    progress,
                    NOW);
        }
    }
}
