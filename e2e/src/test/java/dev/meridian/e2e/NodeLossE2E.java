package dev.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.FencedNode;
import dev.meridian.api.v1alpha1.Fencing;
import dev.meridian.api.v1alpha1.Hypervisor;
import dev.meridian.api.v1alpha1.LastStop;
import dev.meridian.api.v1alpha1.Meridian;
import dev.meridian.api.v1alpha1.Power;
import dev.meridian.api.v1alpha1.VirtualMachine;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.data.Offset;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Nodes that lose their power, and what somebody's word about them does. That no guest ever runs twice, the observer sees. */
@Processes("the node that loses its power may have both controllers")
class NodeLossE2E {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Offset<Long> CLOCK = Offset.offset(3L);

    private Machines machines;
    private Guide guide;
    private Testbed.Node node;

    @BeforeEach
    void open() {
        machines = new Machines(Testbed.open(), "loss");
        guide = new Guide(machines.testbed, "node-loss.md");
        node = machines.testbed.nodes().getLast();
    }

    @AfterEach
    void close() {
        machines.testbed.kubectl("taint", "node", node.name(), "node.kubernetes.io/out-of-service-");
        machines.testbed.kubectl("patch", "hv", node.name(), "--type=merge", "-p", "{\"spec\":{\"fenced\":null}}");
        machines.testbed.verb("node", "boot", node.name()).orFail();
        machines.close();
    }

    @Test
    void machineOfADeadNodeStartsElsewhereWhenSomebodySaysThatItIsDead() {
        // given
        machines.create("moves", here());
        var before = machines.awaitReady("moves", "Running");
        machines.patchSpec("moves", "{\"nodeSelector\":null}");
        var clock = machines.setClock("moves", "2034-01-01 00:00:00");

        // when
        machines.testbed.verb("node", "power-off", node.name()).orFail();

        // then
        machines.awaitCondition("moves", "Ready", "AgentLost");
        assertThat(Machines.status(machines.get("moves")).nodeName()).isEqualTo(node.name());
        assertBoots(before, 1);

        // when
        guide.run("out-of-service", Map.of("NODE", node.name()));

        // then
        machines.await("moves", "elsewhere", vm -> isElsewhere(vm));
        var after = machines.awaitReady("moves", "Running");
        assertThat(Machines.status(after).fencedNodes())
                .extracting(FencedNode::nodeName)
                .containsExactly(node.name());
        assertThat(lastStop(after).map(LastStop::reason)).contains("HostPowerOff");
        assertThat(lastStop(after).map(LastStop::message).orElse(""))
                .contains(node.name(), "node.kubernetes.io/out-of-service");
        assertThat(Machines.offset(after)).isCloseTo(clock, CLOCK);
        assertThat(machines.qemuOffset("moves")).isCloseTo(clock, CLOCK);
        assertBoots(before, 2);

        // when
        machines.testbed.verb("node", "boot", node.name()).orFail();

        // then
        Awaitility.await("what the node still has of it to be gone")
                .atMost(LIMIT)
                .until(() -> machines.testbed
                        .virsh(node, "domstate", machines.domain("moves"))
                        .output()
                        .contains("failed to get domain"));
        assertThat(isOpen()).as("a node that is called dead takes no machines").isFalse();
        guide.run("in-service", Map.of("NODE", node.name()));
        Awaitility.await("the node to take machines").atMost(LIMIT).until(this::isOpen);
        assertThat(Machines.status(machines.awaitReady("moves", "Running")).nodeName())
                .isNotEqualTo(node.name());
        assertBoots(before, 2);
    }

    @Test
    void machineThatIsDeletedGoesWhenItsNodeIsProvenDead() {
        // given
        machines.create("ends", here());
        machines.create("rests", here() + "  runStrategy: Manual\n");
        machines.awaitReady("ends", "Running");
        machines.awaitReady("rests", "Stopped");
        machines.testbed.verb("node", "power-off", node.name()).orFail();
        machines.awaitCondition("ends", "Ready", "AgentLost");

        // when
        machines.testbed
                .kubectl("-n", machines.namespace, "delete", "vm", "ends", "--wait=false")
                .orFail();

        // then
        machines.await(
                "ends",
                "told to be held",
                vm -> Machines.condition(vm, "Ready")
                        .filter(c -> c.message().contains("it is deleted when the node has released it"))
                        .isPresent());

        // when
        guide.run("fenced", Map.of("NODE", node.name(), "WHO", "operator"));

        // then
        machines.awaitGone("ends");
        machines.awaitReady("rests", "Stopped");
        awaitFencing(Fencing.State.Fenced);
    }

    /** Its agent alone is silent: nobody's word is needed to know that nothing is known. */
    @Test
    void wordAboutANodeWhoseAgentIsHeardOfDoesNothing() {
        // given
        machines.create("stays", here());
        var before = machines.awaitReady("stays", "Running");

        // when
        guide.run("fenced", Map.of("NODE", node.name(), "WHO", "somebody who is wrong"));

        // then
        Awaitility.await("the node to be closed").atMost(LIMIT).until(() -> !isOpen());
        awaitFencing(Fencing.State.Refuted);
        machines.testbed.verb("agent", "stop", node.name()).orFail();
        machines.awaitCondition("stays", "Ready", "AgentLost");
        assertThat(Machines.status(machines.get("stays")).nodeName())
                .as("a word that was refuted counts no more")
                .isEqualTo(node.name());
        machines.testbed.verb("agent", "start", node.name()).orFail();
        machines.awaitReady("stays", "Running");
        machines.patchSpec("stays", "{\"paused\":true}");
        machines.awaitReady("stays", "Paused");
        assertThat(Machines.status(machines.get("stays")).nodeName()).isEqualTo(node.name());
        assertBoots(before, 1);
    }

    /** It runs guests by then, for all that anybody knows. */
    @Test
    @Tag("long")
    void wordIsRefutedByANodeThatWasBackWhileNoControllerRan() {
        // given
        machines.testbed.verb("node", "power-off", node.name()).orFail();
        guide.run("fenced", Map.of("NODE", node.name(), "WHO", "operator"));
        awaitFencing(Fencing.State.Fenced);

        // when
        machines.testbed.verb("controller", "stop").orFail();
        var last = renewal();
        machines.testbed.verb("node", "boot", node.name()).orFail();
        Awaitility.await("the agent to be heard of")
                .atMost(LIMIT)
                .until(() -> !renewal().equals(last));
        machines.testbed.verb("agent", "stop", node.name()).orFail();
        machines.testbed.verb("controller", "start").orFail();

        // then
        awaitFencing(Fencing.State.Refuted);
        machines.testbed.verb("agent", "start", node.name()).orFail();
    }

    private ZonedDateTime renewal() {
        return machines.client
                .leases()
                .inNamespace(Meridian.SYSTEM_NAMESPACE)
                .withName("meridian-agent-" + node.name())
                .get()
                .getSpec()
                .getRenewTime();
    }

    private String here() {
        return "  nodeSelector: {kubernetes.io/hostname: %s}\n".formatted(node.name());
    }

    private boolean isElsewhere(VirtualMachine vm) {
        var now = Machines.status(vm).nodeName();
        return now != null && !now.equals(node.name());
    }

    private boolean isOpen() {
        return machines.client
                        .nodes()
                        .withName(node.name())
                        .get()
                        .getMetadata()
                        .getLabels()
                        .containsKey("meridian.dev/hypervisor")
                && machines.client
                                .resources(Hypervisor.class)
                                .withName(node.name())
                                .get()
                        != null;
    }

    private void awaitFencing(Fencing.State state) {
        Awaitility.await("the node to be " + state)
                .atMost(LIMIT)
                .until(() -> Optional.ofNullable(machines.client
                                .resources(Hypervisor.class)
                                .withName(node.name())
                                .get()
                                .getStatus()
                                .fencing())
                        .map(Fencing::state)
                        .filter(state::equals)
                        .isPresent());
    }

    private static Optional<LastStop> lastStop(VirtualMachine vm) {
        return Optional.ofNullable(Machines.status(vm).power()).map(Power::lastStop);
    }

    private void assertBoots(VirtualMachine vm, int boots) {
        var observed = machines.observed(vm.getMetadata().getUid());
        assertThat(observed.path("boots").asInt()).isEqualTo(boots);
        assertThat(observed.path("maxCopies").asInt()).isEqualTo(1);
    }
}
