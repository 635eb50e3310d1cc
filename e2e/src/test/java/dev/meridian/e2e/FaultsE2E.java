package dev.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whatever dies around machines, and however much of it at once: no machine is the worse. */
@Processes(
        "agents and the controller are killed and started while the API server, etcd or kubelet are away: pods would wait for these")
class FaultsE2E {
    private static final long SEED = 4;

    @Test
    void nothingIsLostInAShortChainOfFaults() {
        // given
        var testbed = Testbed.open();
        var shape = new FaultSequence.Shape(30, 6, testbed.nodes().size(), 3_000, 6_000);

        // when
        var verdict = FaultChain.run(testbed, Long.getLong("faults.seed", SEED), shape);

        // then
        assertNothingLost(verdict);
    }

    @Test
    @Tag("long")
    void nothingIsLostInALongChainOfFaults() {
        // given
        var testbed = Testbed.open();

        // when
        var verdict = FaultChain.runLong(testbed);

        // then
        assertNothingLost(verdict);
    }

    private static void assertNothingLost(FaultChain.Verdict verdict) {
        assertThat(verdict.doubled()).as("doubled").isZero();
        assertThat(verdict.lost()).as("lost").isZero();
        assertThat(verdict.stoppedWrongly()).as("stopped for no reason").isZero();
        assertThat(verdict.clockForgotten()).as("with a forgotten clock").isZero();
        assertThat(verdict.convergeP99Seconds()).as("seconds to converge").isLessThanOrEqualTo(30);
    }
}
