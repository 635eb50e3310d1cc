package dev.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A node's clock that is moved, and guests that have the time of a node. */
@Processes("an agent sees the time of a node's clock that is wrong: a pod has the machine's")
class HostClockE2E {
    private static final Offset<Long> RTC = Offset.offset(3L);

    private static Machines machines;
    private static GuestClocks clocks;

    @BeforeAll
    static void open() {
        machines = new Machines(Testbed.open(), "hostclock");
        clocks = new GuestClocks(machines);
    }

    @AfterAll
    static void close() {
        machines.close();
    }

    @Test
    void stepOfTheNodesClockIsToldAndTheGuestIsSetWhereThatIsWished() {
        // given
        var node = machines.testbed.nodes().getLast();
        machines.testbed.verb("node", "clock", node.name(), "0").orFail();
        try {
            var there = "  nodeSelector: {kubernetes.io/hostname: %s}%n".formatted(node.name());
            clocks.create("follows", there + "  clock: {guestSync: {policy: OnResume}}\n");
            clocks.create("stays", there);
            clocks.awaitClock("follows", clock -> true);
            var before = clocks.awaitClock("stays", clock -> true);

            // when
            machines.testbed.verb("node", "clock", node.name(), "3600").orFail();

            // then
            var stepped = machines.awaitCondition("stays", "HostClockStepped", "Stepped");
            assertThat(stepped.message()).contains("stepped by +3");
            var left = clocks.awaitClock("stays", clock -> clock.offsetMillis() < -3_000_000);
            assertThat(left.offsetMillis())
                    .isCloseTo(
                            before.offsetMillis() - 3_600_000,
                            Offset.offset(20L + before.errorMillis() + left.errorMillis()));
            var set = clocks.awaitClock("follows", clock -> GuestClocks.setBy(clock) > 3_000_000);
            assertThat(set.offsetMillis()).isCloseTo(0L, Offset.offset(50L + set.errorMillis()));
            machines.awaitCondition("follows", "HostClockStepped", "NotStepped");
            assertThat(Machines.offset(machines.get("stays"))).isCloseTo(0L, RTC);
            machines.awaitEvent("stays", "HostClockStepped");
            machines.patchSpec("stays", "{\"power\":{\"restartRequestedAt\":\"%s\"}}".formatted(Instant.now()));
            machines.awaitCondition("stays", "HostClockStepped", "NotStepped");
        } finally {
            machines.testbed.verb("node", "clock", node.name(), "real").orFail();
        }
    }

    @Test
    @Tag("long")
    void clockOfARealDistributionIsKnownWithinItsBound() {
        // when
        var verdict = GuestClockBench.run(machines.testbed);

        // then
        verdict.report();
        assertThat(verdict.violated()).isZero();
        assertThat(verdict.writesAnHour()).isZero();
    }
}
