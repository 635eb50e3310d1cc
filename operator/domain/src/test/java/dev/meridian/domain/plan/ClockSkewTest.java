package dev.meridian.domain.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What two nodes know of the difference of their clocks. */
class ClockSkewTest {
    private static final Instant T = Instant.parse("2026-03-01T12:00:00Z");

    /** Whatever the ways take, the true difference lies between the bounds, which are as far apart as the ways take. */
    @ParameterizedTest
    @CsvSource({"0, 0, 0", "0, 20, 30", "30000, 20, 30", "-30000, 900, 1", "4990, 5, 5", "-7, 0, 60000"})
    void trueDifferenceLiesBetweenTheBounds(long ahead, long there, long back) {
        // given
        var heard = T.plusMillis(there + ahead);
        var answered = heard.plusMillis(7);

        // when
        var skew = ClockSkew.of(T, heard, answered, T.plusMillis(there + 7 + back));

        // then
        assertThat(Duration.ofMillis(ahead)).isBetween(skew.atLeast(), skew.atMost());
        assertThat(skew.atMost().minus(skew.atLeast())).isEqualTo(Duration.ofMillis(there + back));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, true",
        "-5000, 5000, true",
        "4999, 5001, false",
        "-5001, -4999, false",
        "30000, 30050, false",
        "-60000, 20, false"
    })
    void onlyWhatCannotBeMoreThanFiveSecondsIsLetPass(long atLeast, long atMost, boolean isLetPass) {
        assertThat(new ClockSkew(Duration.ofMillis(atLeast), Duration.ofMillis(atMost)).isLetPass())
                .isEqualTo(isLetPass);
    }

    @Test
    void clockThatIsSteppedMeanwhileGivesBoundsAsFarApartAsTheStep() {
        // when
        var skew = ClockSkew.of(T, T.plusMillis(10), T.plusSeconds(40), T.plusMillis(30));

        // then
        assertThat(skew).isEqualTo(new ClockSkew(Duration.ofMillis(10), Duration.ofMillis(39_970)));
        assertThat(skew.isLetPass()).isFalse();
    }

    @Test
    void refusalSaysHowMuchAndWhichWayAndHowWellItIsKnown() {
        assertThat(new ClockSkew(Duration.ofMillis(29_990), Duration.ofMillis(30_010)).refusal("node-2"))
                .startsWith("the clock of node node-2 is 30.000 s ahead of this node's, give or take 0.010 s,");
        assertThat(new ClockSkew(Duration.ofMillis(-30_020), Duration.ofMillis(-29_980)).refusal("node-2"))
                .startsWith("the clock of node node-2 is 30.000 s behind this node's, give or take 0.020 s,");
    }
}
