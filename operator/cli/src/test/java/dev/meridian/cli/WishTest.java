package dev.meridian.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.meridian.api.v1alpha1.RunStrategy;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WishTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00.123456Z");

    @ParameterizedTest
    @CsvSource({
        // The wish, the strategy, the state: what is written.
        "start, Manual, Off, power.startRequestedAt",
        "start, RerunOnFailure, Off, power.startRequestedAt",
        "stop, Manual, Running, power.stopRequestedAt",
        "stop, Once, Paused, power.stopRequestedAt",
        "restart, Always, Running, power.restartRequestedAt",
        "reset, Halted, Running, power.resetRequestedAt",
        "restart, Always, Unknown, power.restartRequestedAt",
    })
    void verbThatIsHeardIsWrittenAsTheTime(Wish wish, RunStrategy strategy, String state, String field) {
        // when
        var answer = wish.of(machine(strategy, state), Optional.empty(), NOW);

        // then
        assertThat(written(answer))
                .hasToString(
                        "{\"power\":{\"%s\":\"2026-03-01T12:00:00.123Z\"}}".formatted(field.replace("power.", "")));
        assertThat(((Wish.Answer.Write) answer).fields())
                .containsExactly("spec." + field + ": 2026-03-01T12:00:00.123Z");
    }

    @ParameterizedTest
    @CsvSource({
        "start, Halted, Off, spec.runStrategy: Halted does not hear start",
        "start, Once, Off, spec.runStrategy: Once does not hear start",
        "start, Always, Off, spec.runStrategy: Always does not hear start",
        "stop, Always, Running, spec.runStrategy: Always does not hear stop",
        "stop, Always, Off, spec.runStrategy: Always does not hear stop",
        "stop, Halted, Running, spec.runStrategy: Halted does not hear stop",
        "restart, Manual, Off, it does not run",
        "reset, Manual, Off, it does not run",
    })
    void verbThatNobodyWouldHearIsRefused(Wish wish, RunStrategy strategy, String state, String why) {
        // when
        var answer = wish.of(machine(strategy, state), Optional.empty(), NOW);

        // then
        assertThat(answer).isInstanceOf(Wish.Answer.Refused.class);
        assertThat(((Wish.Answer.Refused) answer).why()).startsWith(why);
    }

    @ParameterizedTest
    @CsvSource({"start, Manual, Running", "start, Always, Running", "stop, Manual, Off", "stop, Halted, Off"})
    void whatIsSoAlreadyIsNotWritten(Wish wish, RunStrategy strategy, String state) {
        assertThat(wish.of(machine(strategy, state), Optional.empty(), NOW)).isInstanceOf(Wish.Answer.Nothing.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "stop | Always | Halted | {'runStrategy':'Halted'}",
                "start | Halted | Always | {'runStrategy':'Always'}",
                "stop | Always | Manual | {'power':{'stopRequestedAt':'2026-03-01T12:00:00.123Z'},'runStrategy':'Manual'}",
            })
    void strategyIsWrittenWhereThatIsAskedFor(Wish wish, RunStrategy is, RunStrategy wanted, String json) {
        // when
        var answer = wish.of(machine(is, wish == Wish.start ? "Off" : "Running"), Optional.of(wanted), NOW);

        // then
        assertThat(written(answer)).hasToString(json.replace('\'', '"'));
    }

    @Test
    void strategyThatContradictsTheVerbIsRefused() {
        // when
        var answer = Wish.start.of(machine(RunStrategy.Manual, "Off"), Optional.of(RunStrategy.Halted), NOW);

        // then
        assertThat(answer)
                .isEqualTo(new Wish.Answer.Refused(
                        "--run-strategy: Halted does not go with start; give one of Always|RerunOnFailure|Manual"));
    }

    @Test
    void verbIsLaterThanAllBeforeItWhateverClockTheseWereWrittenBy() {
        // given
        var machine = machine("""
                {"spec":{"runStrategy":"Manual","power":{"stopRequestedAt":"2026-03-01T13:00:00Z"}},
                 "status":{"power":{"state":"Off","handled":{"stopRequestedAt":"2026-03-01T13:00:00Z"}}}}""");

        // when
        var answer = Wish.start.of(machine, Optional.empty(), NOW);

        // then
        assertThat(written(answer)).hasToString("{\"power\":{\"startRequestedAt\":\"2026-03-01T13:00:00.001Z\"}}");
    }

    @Test
    void startIsWrittenWhileAStopIsOpen() {
        // given
        var machine = machine("""
                {"spec":{"runStrategy":"Manual","power":{"stopRequestedAt":"2026-03-01T11:59:00Z"}},
                 "status":{"power":{"state":"Running"}}}""");

        // then
        assertThat(Wish.start.of(machine, Optional.empty(), NOW)).isInstanceOf(Wish.Answer.Write.class);
    }

    @Test
    void pauseAndResumeAreOneField() {
        // given
        var runs = machine("{\"spec\":{\"paused\":false}}");
        var stands = machine("{\"spec\":{\"paused\":true}}");

        // then
        assertThat(written(Wish.pause.of(runs, Optional.empty(), NOW))).hasToString("{\"paused\":true}");
        assertThat(written(Wish.resume.of(stands, Optional.empty(), NOW))).hasToString("{\"paused\":false}");
        assertThat(Wish.pause.of(stands, Optional.empty(), NOW)).isInstanceOf(Wish.Answer.Nothing.class);
        assertThat(Wish.resume.of(runs, Optional.empty(), NOW)).isInstanceOf(Wish.Answer.Nothing.class);
    }

    private static ObjectNode written(Wish.Answer answer) {
        assertThat(answer).isInstanceOf(Wish.Answer.Write.class);
        return ((Wish.Answer.Write) answer).spec();
    }

    private static MachineView machine(RunStrategy strategy, String state) {
        return machine("{\"spec\":{\"runStrategy\":\"%s\"},\"status\":{\"power\":{\"state\":\"%s\"}}}"
                .formatted(strategy, state));
    }

    private static MachineView machine(String json) {
        return MachineView.of(Json.parsed(json).orElseThrow());
    }
}
