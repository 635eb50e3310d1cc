package dev.meridian.e2e;

import static dev.meridian.e2e.ArmedProcess.around;
import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.domain.placement.PlacementStep;
import dev.meridian.domain.plan.Step;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Agent and controller are killed within the steps that matter most: a short {@link AgentCrashE2E}. */
@Processes(
        "agent and controller kill themselves around their steps, as MERIDIAN_CRASH_AT tells them, and stay dead until the test goes on")
class CrashE2E {
    private static final Offset<Long> CLOCK = Offset.offset(3L);

    @Test
    void machineStartsOnceKeepsItsClockAndGoesWhole() {
        // given
        var testbed = Testbed.open();
        var home = testbed.nodes().getFirst();
        try (var machines = new Machines(testbed, "crash");
                var agent = ArmedProcess.agent(testbed, home);
                var controller = ArmedProcess.controller(testbed)) {
            var manifest = machines.manifest(
                    "crash", "  stopMode: Hard\n  nodeSelector: {kubernetes.io/hostname: %s}\n".formatted(home.name()));

            // when
            agent.diesAt(
                    List.of("before Start", "after Define", "after Start"),
                    () -> controller.diesAt(
                            around(PlacementStep.CreatePod.class), () -> machines.createFrom(manifest)));
            var uid = machines.awaitReady("crash", "Running").getMetadata().getUid();
            agent.diesAt(
                    around(Step.Remember.class),
                    () -> machines.type("crash", "date -s '2031-01-01 00:00:00' && hwclock -w"));
            machines.await("crash", "told of the clock", m -> Math.abs(Machines.offset(m)) > 1_000_000);

            // then
            assertThat(Machines.offset(machines.get("crash"))).isCloseTo(machines.qemuOffset("crash"), CLOCK);
            agent.diesAt(around(Step.Undefine.class), () -> machines.delete("crash"));
            machines.awaitGone("crash");
            var observed = machines.observed(uid);
            assertThat(observed.path("boots").asInt()).isEqualTo(1);
            assertThat(observed.path("maxCopies").asInt()).isEqualTo(1);
            assertThat(testbed.virsh(home, "list", "--all", "--name").orFail())
                    .doesNotContain(machines.domain("crash"));
        }
    }
}
