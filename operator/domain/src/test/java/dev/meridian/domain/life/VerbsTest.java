package dev.meridian.domain.life;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.LastStop;
import dev.meridian.api.v1alpha1.PowerVerbs;
import dev.meridian.api.v1alpha1.RunStrategy;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Verbs act once, the later one wins, and none acts that was there before. */
class VerbsTest {
    private static final String EARLY = "2026-01-01T00:00:00Z";
    private static final String LATE = "2026-01-01T00:00:01Z";

    @ParameterizedTest
    @CsvSource(textBlock = """
            # strategy,      verb,      on,      off
            Always,          start,     None,    None
            Always,          stop,      None,    None
            Always,          restart,   Restart, None
            Always,          reset,     Reset,   None
            Always,          hibernate, None,    None
            RerunOnFailure,  start,     None,    Start
            RerunOnFailure,  stop,      Stop,    None
            RerunOnFailure,  restart,   Restart, None
            RerunOnFailure,  reset,     Reset,   None
            RerunOnFailure,  hibernate, Hibernate, None
            Once,            start,     None,    None
            Once,            stop,      Stop,    None
            Once,            restart,   Restart, None
            Once,            reset,     Reset,   None
            Once,            hibernate, None,    None
            Manual,          start,     None,    Start
            Manual,          stop,      Stop,    None
            Manual,          restart,   Restart, None
            Manual,          reset,     Reset,   None
            Manual,          hibernate, Hibernate, None
            """)
    void verbActsUnderItsStrategiesAndIsHandledAnyhow(RunStrategy strategy, Verb verb, Verbs.Act on, Verbs.Act off) {
        // given
        var life = life(strategy, verb.with(PowerVerbs.NONE, LATE), PowerVerbs.NONE, "GuestPowerOff");

        // when
        var running = Verbs.whileRunning(life, false);
        var resting = Verbs.whileOff(life);

        // then
        assertThat(running.act()).isEqualTo(on);
        assertThat(resting.act()).isEqualTo(off);
        assertThat(verb.in(running.handled())).isEqualTo(LATE);
        assertThat(verb.in(resting.handled())).isEqualTo(LATE);
        assertThat(running.ignored().isPresent()).isEqualTo(on == Verbs.Act.None);
        assertThat(resting.ignored().isPresent()).isEqualTo(off == Verbs.Act.None);
    }

    static Stream<RunStrategy> strategies() {
        return Arrays.stream(RunStrategy.values());
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void verbThatIsThereAtFirstSightDoesNothing(RunStrategy strategy) {
        // given
        var all = new PowerVerbs(LATE, LATE, LATE, LATE, LATE);
        var life = new Life(strategy, all, null, Optional.empty(), false, true);

        // when
        var running = Verbs.whileRunning(life, false);

        // then
        assertThat(running).isEqualTo(new Verbs.Decision(Verbs.Act.None, all, Optional.empty()));
        assertThat(Verbs.whileOff(life)).isEqualTo(running);
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void verbThatWasHandledDoesNothingAgainAndAnEarlierOneNeitherDoes(RunStrategy strategy) {
        // given
        var handled = new PowerVerbs(LATE, LATE, LATE, LATE, LATE);
        var earlier = new PowerVerbs(EARLY, EARLY, EARLY, EARLY, EARLY);

        // when
        var again = Verbs.whileRunning(life(strategy, handled, handled, "Crashed"), false);
        var before = Verbs.whileRunning(life(strategy, earlier, handled, "Crashed"), false);

        // then
        assertThat(again.act()).isEqualTo(Verbs.Act.None);
        assertThat(before).isEqualTo(new Verbs.Decision(Verbs.Act.None, handled, Optional.empty()));
    }

    @Test
    void laterOfStartAndStopWins() {
        // given
        var startLater = new PowerVerbs(LATE, EARLY, null, null, null);
        var stopLater = new PowerVerbs(EARLY, LATE, null, null, null);

        // when
        var off = Verbs.whileOff(life(RunStrategy.Manual, startLater, PowerVerbs.NONE, "GuestPowerOff"));
        var on = Verbs.whileRunning(life(RunStrategy.Manual, startLater, PowerVerbs.NONE, "GuestPowerOff"), false);
        var down = Verbs.whileRunning(life(RunStrategy.Manual, stopLater, PowerVerbs.NONE, "GuestPowerOff"), false);

        // then
        assertThat(off.act()).isEqualTo(Verbs.Act.Start);
        assertThat(on.act()).isEqualTo(Verbs.Act.None);
        assertThat(on.handled()).isEqualTo(startLater);
        assertThat(down.act()).isEqualTo(Verbs.Act.Stop);
        assertThat(down.handled()).isEqualTo(stopLater);
    }

    @Test
    void startWaitsUntilAStopUnderWayIsDone() {
        // given
        var stopped = new PowerVerbs(null, EARLY, null, null, null);
        var startedAfter = new PowerVerbs(LATE, EARLY, null, null, null);
        var life = life(RunStrategy.Manual, startedAfter, stopped, "StopRequested");

        // when
        var meanwhile = Verbs.whileRunning(life, true);

        // then
        assertThat(meanwhile).isEqualTo(new Verbs.Decision(Verbs.Act.None, stopped, Optional.empty()));
        assertThat(Verbs.whileOff(life).act()).isEqualTo(Verbs.Act.Start);
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            # reason,         Always, RerunOnFailure, Once,  Manual, Halted
            ,                 true,   true,           true,  false,  false
            Halted,           true,   true,           true,  false,  false
            Requested,        true,   true,           true,  false,  false
            StopRequested,    true,   false,          false, false,  false
            RestartRequested, true,   true,           true,  true,   false
            Hibernated,       true,   false,          false, false,  false
            Evicted,          true,   true,           false, false,  false
            GuestPowerOff,    true,   false,          false, false,  false
            Crashed,          true,   true,           false, false,  false
            Destroyed,        true,   true,           false, false,  false
            HostPowerOff,     true,   true,           false, false,  false
            SomethingNew,     true,   true,           false, false,  false
            """)
    void strategyDecidesByHowTheMachineEnded(
            String reason, boolean always, boolean rerun, boolean once, boolean manual, boolean halted) {
        // when
        var up = Stream.of(
                        RunStrategy.Always,
                        RunStrategy.RerunOnFailure,
                        RunStrategy.Once,
                        RunStrategy.Manual,
                        RunStrategy.Halted)
                .map(strategy -> Verbs.wantUp(life(strategy, PowerVerbs.NONE, PowerVerbs.NONE, reason)));

        // then
        assertThat(up).containsExactly(always, rerun, once, manual, halted);
    }

    private static Life life(RunStrategy strategy, PowerVerbs requested, PowerVerbs handled, String lastStop) {
        var stop = Optional.ofNullable(lastStop).map(reason -> new LastStop(reason, EARLY, null));
        return new Life(strategy, requested, handled, stop, false, true);
    }
}
