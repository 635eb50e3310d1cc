package dev.meridian.domain.guest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.domain.machine.ProbeShape;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProbeTrackTest {
    @ParameterizedTest
    @CsvSource({
        // outcomes, of a probe that succeeds by 2 and fails by 3 in a row; the verdict then
        "'', NotYet",
        "+, NotYet",
        "++, Passes",
        "+-+, NotYet",
        "--, NotYet",
        "---, Fails",
        "--+--, NotYet",
        "--+---, Fails",
        "++--, Passes",
        "++---, Fails",
        "---+, Fails",
        "---++, Passes",
        "---+-+, Fails",
        "--?-, Fails",
        "+?+, Passes",
        "??????, NotYet",
    })
    void verdictChangesByEnoughOutcomesInARowAndByNoneThatWasNotAsked(String outcomes, String verdict) {
        // when
        var track = after(ProbeTrack.BOOTED, outcomes);

        // then
        assertThat(track.verdict().getClass().getSimpleName()).isEqualTo(verdict);
    }

    @Test
    void agentThatHasJustBegunKnowsOfNoFailureBefore() {
        // when
        var track = after(ProbeTrack.UNKNOWN, "--");

        // then
        assertThat(track.verdict()).isEqualTo(new Probed.Unknown());
    }

    @Test
    void wordsAreThoseOfTheFailureThatCounted() {
        // given
        var failing = after(ProbeTrack.BOOTED, "---");

        // when
        var track = failing.next(probe(), new ProbeOutcome.Failed("another"));

        // then
        assertThat(track.verdict()).isEqualTo(new Probed.Fails("failure 2"));
    }

    @Test
    void wordsAreBoundedAndPrintable() {
        // given
        var twice = after(ProbeTrack.BOOTED, "--");

        // when
        var track = twice.next(probe(), new ProbeOutcome.Failed("a\nb\u202e" + "c".repeat(1_000_000)));

        // then
        assertThat(track.verdict()).isEqualTo(new Probed.Fails("a?b?" + "c".repeat(252)));
    }

    private static ProbeTrack after(ProbeTrack begun, String outcomes) {
        var track = begun;
        for (int i = 0; i < outcomes.length(); i++) {
            track = track.next(
                    probe(),
                    switch (outcomes.charAt(i)) {
                        case '+' -> new ProbeOutcome.Succeeded();
                        case '-' -> new ProbeOutcome.Failed("failure " + i);
                        default -> new ProbeOutcome.NotAsked("libvirt is away");
                    });
        }
        return track;
    }

    private static ProbeShape probe() {
        return new ProbeShape(
                new ProbeShape.Ping(), Duration.ZERO, Duration.ofSeconds(10), Duration.ofSeconds(1), 2, 3);
    }
}
