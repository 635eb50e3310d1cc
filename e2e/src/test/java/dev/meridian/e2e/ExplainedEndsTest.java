package dev.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.e2e.ExplainedEnds.Cause;
import dev.meridian.e2e.ExplainedEnds.Life;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The verdict that a guest ended for no reason of ours. */
class ExplainedEndsTest {
    @Test
    void endOutsideOfEveryCauseIsUnexplained() {
        // given
        var early = new Life(at(0), at(9));
        var late = new Life(at(9), at(21));

        // when
        var unexplained = ExplainedEnds.without(List.of(cause(10, 20), cause(10, 20)), List.of(late, early));

        // then
        assertThat(unexplained).containsExactly(early, late);
    }

    @Test
    void oneCauseServesForOneEndOnly() {
        // given
        var first = new Life(at(0), at(12));
        var second = new Life(at(12), at(14));

        // when
        var unexplained = ExplainedEnds.without(List.of(cause(10, 20)), List.of(first, second));

        // then
        assertThat(unexplained).containsExactly(second);
    }

    @Test
    void endTakesTheCauseThatIsOverFirstSoThatTheOtherIsLeftForALaterOne() {
        // given
        var lives = List.of(new Life(at(0), at(12)), new Life(at(12), at(30)));

        // when
        var unexplained = ExplainedEnds.without(List.of(cause(10, 40), cause(10, 20)), lives);

        // then
        assertThat(unexplained).isEmpty();
    }

    @Test
    void lostDaemonExplainsTheEndOfAStartAndNotOfAGuestThatRanBefore() {
        // given
        var starting = new Life(at(95), at(101));
        var running = new Life(at(0), at(101));
        var daemon = new Cause("libvirtd killed", at(100), at(110), true);

        // when
        var unexplained = ExplainedEnds.without(List.of(daemon, daemon), List.of(starting, running));

        // then
        assertThat(unexplained).containsExactly(running);
    }

    private static Cause cause(int from, int to) {
        return new Cause("killed", at(from), at(to), false);
    }

    private static Instant at(int second) {
        return Instant.ofEpochSecond(second);
    }
}
