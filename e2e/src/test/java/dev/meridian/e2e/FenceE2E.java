package dev.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.Fencing;
import dev.meridian.api.v1alpha1.Hypervisor;
import dev.meridian.api.v1alpha1.VirtualMachine;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Nodes that are cut off while their guests run on, and are powered off by the controller before anything starts elsewhere.
 * That no guest ever runs twice, the observer sees.
 */
@Processes(
        "a controller kills itself around its steps, as MERIDIAN_CRASH_AT tells it, and stays dead until the test goes on")
class FenceE2E {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final String ADDRESS = "10.77.0.254";

    private Machines machines;
    private Guide guide;
    private Testbed.Node node;

    @BeforeEach
    void open() {
        machines = new Machines(Testbed.open(), "fence");
        guide = new Guide(machines.testbed, "node-loss.md");
        node = machines.testbed.nodes().getLast();
    }

    @AfterEach
    void close() {
        machines.testbed.kubectl(
                "patch", "hv", node.name(), "--type=merge", "-p", "{\"spec\":{\"fenced\":null,\"fencing\":null}}");
        machines.testbed.kubectl("-n", "meridian-system", "delete", "secret", "bmc-" + node.name());
        machines.testbed.kubectl("-n", "meridian-system", "delete", "cronjob", "fence");
        if (machines.testbed.verb("pid", "init", node.name()).status() == 0) {
            machines.testbed.verb("node", "plug", node.name()).orFail();
        }
        machines.testbed.verb("node", "boot", node.name()).orFail();
        machines.testbed.verb("agent", "start", node.name()).orFail();
        machines.close();
    }

    @Test
    void nodeThatIsCutOffIsSeenOffBeforeItsMachinesStartElsewhere() throws IOException, GeneralSecurityException {
        try (var baseboard = Baseboard.byTls(machines.testbed, node, hostUUID(), ADDRESS)) {
            // given
            fenceByRedfish(baseboard, 5);
            var before = runningHere("moves");

            // when
            baseboard.behave(Baseboard.Mood.Refusing);
            machines.testbed.verb("node", "unplug", node.name()).orFail();

            // then
            awaitFailed("answers 401", "secretRef");
            assertRunsOn(before, baseboard);

            // when
            baseboard.behave(Baseboard.Mood.Foreign);
            patch("{\"afterSeconds\":6}");

            // then
            awaitFailed("is the system with UUID 11111111-2222-4333-8444-555555555555", hostUUID());
            assertThat(baseboard.orders()).as("another's power is not cut").isZero();

            // when
            baseboard.behave(Baseboard.Mood.Endless);
            patch("{\"afterSeconds\":7}");

            // then
            awaitFailed("the exchange failed");

            // when
            baseboard.behave(Baseboard.Mood.Idle);
            patch("{\"afterSeconds\":8}");

            // then
            awaitFailed("PowerState On still after 30 s", "spec.fenced");
            assertThat(baseboard.orders()).isPositive();
            assertRunsOn(before, baseboard);

            // when
            patch("{\"redfish\":{\"url\":\"https://%s:1/redfish/v1/Systems/1\"}}".formatted(ADDRESS));

            // then
            awaitFailed("is not reached");
            assertRunsOn(before, baseboard);

            // when
            baseboard.behave(Baseboard.Mood.Honest);
            patch("{\"redfish\":{\"url\":\"%s\"}}".formatted(baseboard.system()));

            // then
            awaitElsewhere("moves");
            assertThat(baseboard.isOn()).isFalse();
            assertThat(fencing().map(Fencing::message))
                    .hasValueSatisfying(
                            words -> assertThat(words).contains(baseboard.system() + " says PowerState Off"));
            assertBoots(before, 2);
            assertToldNobody(Baseboard.PASSWORD);
            assertThat(events()).contains("FencingBegun", "FencingFailed", "Fenced");
            assertThat(Management.ofController()
                            .scrape("meridian_controller_fencings_total{result=\"failed\"}")
                            .orElse(0))
                    .isPositive();

            // when
            var orders = baseboard.orders();
            machines.testbed.verb("node", "boot", node.name()).orFail();

            // then
            Awaitility.await("the node to be trusted again")
                    .atMost(LIMIT)
                    .until(() -> fencing().isEmpty());
            awaitOpen();
            assertThat(baseboard.orders()).as("a node that is back stays on").isEqualTo(orders);
            assertThat(Machines.status(machines.awaitReady("moves", "Running")).nodeName())
                    .isNotEqualTo(node.name());
            assertBoots(before, 2);
        }
    }

    @Test
    @Tag("long")
    void nodeOfWhichSomethingIsHeardIsLeftAlone() throws IOException, GeneralSecurityException {
        try (var baseboard = Baseboard.byTls(machines.testbed, node, hostUUID(), ADDRESS)) {
            // given
            fenceByRedfish(baseboard, 5);
            var before = runningHere("stays");

            // when
            machines.testbed.verb("agent", "stop", node.name()).orFail();
            machines.awaitCondition("stays", "Ready", "AgentLost");

            // then
            Awaitility.await("nothing to be asked of a node whose kubelet is heard of")
                    .during(Duration.ofSeconds(15))
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> baseboard.requests() == 0 && fencing().isEmpty());

            // when
            machines.testbed.verb("agent", "start", node.name()).orFail();
            machines.awaitReady("stays", "Running");
            patch("{\"afterSeconds\":20}");
            machines.testbed.verb("node", "unplug", node.name()).orFail();
            machines.awaitCondition("stays", "Ready", "AgentLost");
            machines.testbed.verb("node", "plug", node.name()).orFail();

            // then
            machines.awaitReady("stays", "Running");
            Awaitility.await("nothing to be asked of a node that is back in time")
                    .during(Duration.ofSeconds(22))
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> baseboard.requests() == 0 && fencing().isEmpty());
            assertBoots(before, 1);
        }
    }

    @Test
    @Tag("long")
    void jobThatCompletesProvesTheNodeOff() throws IOException {
        try (var baseboard = Baseboard.plain(machines.testbed, node, hostUUID(), ADDRESS)) {
            // given
            var before = runningHere("moves");
            fenceByJob("exit 3");

            // when
            machines.testbed.verb("node", "unplug", node.name()).orFail();

            // then
            awaitFailed("Job \"fence-" + node.name(), "failed: BackoffLimitExceeded");
            assertRunsOn(before, baseboard);

            // when
            fenceByJob("busybox wget -q -O - " + baseboard.offUrl() + "$NODE_NAME | busybox grep -q off");

            // then
            awaitElsewhere("moves");
            assertThat(baseboard.isOn()).isFalse();
            assertThat(baseboard.orders()).isEqualTo(1);
            assertThat(fencing().map(Fencing::driver)).contains(Fencing.Driver.Job);
            assertBoots(before, 2);
        }
    }

    /** Of another process nothing counts but what it has done to the node. */
    @Test
    @Tag("long")
    void nodeIsPoweredOffWhereverTheControllerDies() throws IOException, GeneralSecurityException {
        try (var baseboard = Baseboard.byTls(machines.testbed, node, hostUUID(), ADDRESS);
                var controller = ArmedProcess.controller(machines.testbed)) {
            // given
            fenceByRedfish(baseboard, 5);
            var before = runningHere("moves");

            // when
            controller.diesAt(
                    List.of(
                            "before BeginFencing",
                            "after BeginFencing",
                            "before PowerOff",
                            "after PowerOff",
                            "before TellFencing",
                            "after TellFencing"),
                    () -> machines.testbed.verb("node", "unplug", node.name()).orFail());

            // then
            awaitElsewhere("moves");
            assertThat(baseboard.isOn()).isFalse();
            assertBoots(before, 2);
        }
    }

    private VirtualMachine runningHere(String name) {
        machines.create(name, "  nodeSelector: {kubernetes.io/hostname: %s}\n".formatted(node.name()));
        var running = machines.awaitReady(name, "Running");
        machines.patchSpec(name, "{\"nodeSelector\":null}");
        return running;
    }

    private void fenceByRedfish(Baseboard baseboard, int afterSeconds) {
        guide.run(
                "redfish",
                Map.of(
                        "NODE", node.name(),
                        "AFTER", Integer.toString(afterSeconds),
                        "SYSTEM", baseboard.system(),
                        "CA_FILE", baseboard.certificate().toString(),
                        "BMC_USER", Baseboard.USER,
                        "BMC_PASSWORD", Baseboard.PASSWORD));
    }

    private void fenceByJob(String command) {
        guide.run(
                "job",
                Map.of("NODE", node.name(), "AFTER", "5", "IMAGE", "meridian/reservation:dev", "COMMAND", command));
    }

    private void patch(String fencing) {
        machines.testbed
                .kubectl(
                        "patch",
                        "hv",
                        node.name(),
                        "--type=merge",
                        "-p",
                        "{\"spec\":{\"fencing\":%s}}".formatted(fencing))
                .orFail();
    }

    private Optional<Fencing> fencing() {
        return Optional.ofNullable(hypervisor().getStatus().fencing());
    }

    private Hypervisor hypervisor() {
        return machines.client.resources(Hypervisor.class).withName(node.name()).get();
    }

    private String hostUUID() {
        return Optional.ofNullable(hypervisor().getStatus().hostUUID()).orElseThrow();
    }

    private void awaitFailed(String... words) {
        Awaitility.await("powering off to fail with " + List.of(words))
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(200))
                .untilAsserted(() -> assertThat(fencing()).hasValueSatisfying(said -> {
                    assertThat(said.state()).isEqualTo(Fencing.State.Failed);
                    assertThat(said.message()).contains(words);
                }));
    }

    private void awaitElsewhere(String name) {
        machines.await(name, "elsewhere", vm -> {
            var now = Machines.status(vm).nodeName();
            return now != null && !now.equals(node.name());
        });
        machines.awaitReady(name, "Running");
    }

    private void awaitOpen() {
        Awaitility.await("the node to take machines")
                .atMost(LIMIT)
                .until(() -> machines.client
                        .nodes()
                        .withName(node.name())
                        .get()
                        .getMetadata()
                        .getLabels()
                        .containsKey("meridian.dev/hypervisor"));
    }

    private void assertRunsOn(VirtualMachine vm, Baseboard baseboard) {
        var name = vm.getMetadata().getName();
        assertThat(baseboard.isOn()).isTrue();
        assertThat(Machines.status(machines.get(name)).nodeName()).isEqualTo(node.name());
        assertBoots(vm, 1);
    }

    private void assertBoots(VirtualMachine vm, int boots) {
        var observed = machines.observed(vm.getMetadata().getUid());
        assertThat(observed.path("boots").asInt()).isEqualTo(boots);
        assertThat(observed.path("maxCopies").asInt()).isEqualTo(1);
    }

    private String events() {
        return machines.testbed
                .kubectl(
                        "-n",
                        "default",
                        "get",
                        "events",
                        "-o",
                        "yaml",
                        "--field-selector",
                        "involvedObject.kind=Hypervisor")
                .orFail();
    }

    private void assertToldNobody(String secret) throws IOException {
        assertThat(machines.testbed.controllerLog()).doesNotContain(secret);
        assertThat(events()).doesNotContain(secret);
        assertThat(machines.testbed.kubectl("get", "hv", "-o", "yaml").orFail()).doesNotContain(secret);
    }
}
