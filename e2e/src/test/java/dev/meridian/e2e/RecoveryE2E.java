package dev.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.Hypervisor;
import dev.meridian.api.v1alpha1.Stray;
import dev.meridian.api.v1alpha1.VirtualMachine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the cluster forgets of a machine, and that it is found again or told, and never started twice. */
@Processes("it freezes an agent, which kubelet would start again, and awaits that agent and controller end and stay so")
class RecoveryE2E {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private Machines machines;
    private Guide guide;

    @BeforeEach
    void open() {
        machines = new Machines(Testbed.open(), "recovery");
        guide = new Guide(machines.testbed, "recovery.md");
    }

    @AfterEach
    void close() {
        machines.close();
    }

    @Test
    void machineWhoseStatusIsLostIsFoundByItsPod() {
        // given
        machines.create("forgotten", "");
        var before = machines.awaitReady("forgotten", "Running");

        // when
        loseStatus("forgotten");

        // then
        assertThatItRunsOn(before);
    }

    @Test
    void machineWhoseStatusAndPodAreLostIsFoundByItsNode() {
        // given
        machines.create("bare", "");
        var before = machines.awaitReady("bare", "Running");
        var pod = Objects.requireNonNull(Machines.status(before).reservation()).podName();

        // when
        forceAway(Objects.requireNonNull(pod));
        loseStatus("bare");

        // then
        assertThatItRunsOn(before);
    }

    /** The agent hears of all three at once: it looks at the change while the machine leaves it and comes back. */
    @Test
    void machineThatLeavesItsNodeAndIsBackAtOnceIsServed() {
        // given
        machines.create("back", "");
        var before = machines.awaitReady("back", "Running");
        var node = machines.nodeOf("back");

        for (var round = 1; round <= 5; round++) {
            // when
            var change = round;
            whileFrozen(machines.testbed.verb("pid", "agent", node.name()).orFail(), () -> {
                machines.testbed
                        .kubectl("-n", machines.namespace, "label", "--overwrite", "vm", "back", "round=" + change)
                        .orFail();
                loseStatus("back");
                machines.await(
                        "back",
                        "assigned anew",
                        m -> node.name().equals(Machines.status(m).nodeName()));
            });

            // then
            assertThatItRunsOn(before);
        }
    }

    private void whileFrozen(String pid, Runnable changes) {
        Testbed.run(List.of("kill", "-STOP", pid.strip())).orFail();
        try {
            changes.run();
        } finally {
            Testbed.run(List.of("kill", "-CONT", pid.strip())).orFail();
        }
    }

    @Test
    void machineWithoutObjectRunsOnUntilAPersonEndsIt() {
        // given
        machines.create("orphan", "");
        var before = machines.awaitReady("orphan", "Running");
        var node = machines.nodeOf("orphan");
        var pod = Objects.requireNonNull(
                Objects.requireNonNull(Machines.status(before).reservation()).podUID());

        // when
        // It hears the power button later, and nobody presses it twice.
        machines.type("orphan", "true");
        machines.testbed.verb("agent", "stop", node.name()).orFail();
        machines.testbed
                .kubectl("-n", machines.namespace, "delete", "vm", "orphan", "--wait=false")
                .orFail();
        machines.testbed
                .kubectl(
                        "-n",
                        machines.namespace,
                        "patch",
                        "vm",
                        "orphan",
                        "--type=merge",
                        "-p",
                        "{\"metadata\":{\"finalizers\":null}}")
                .orFail();
        machines.testbed.verb("agent", "start", node.name()).orFail();

        // then
        awaitStray(node, before);
        machines.create("orphan", "  nodeSelector: {kubernetes.io/hostname: %s}\n".formatted(node.name()));
        assertThat(machines.awaitCondition("orphan", "Ready", "ForeignDomain").message())
                .contains(machines.domain("orphan"));
        assertThat(guide.run("strays", Map.of()))
                .contains(machines.namespace + "/orphan=Running("
                        + before.getMetadata().getUid());
        assertThat(isHeld(pod)).isTrue();
        guide.run("end-stray", variables("orphan", node));
        machines.patchSpec("orphan", "{\"terminationGracePeriodSeconds\":30}");
        var after = machines.awaitReady("orphan", "Running");
        assertThat(after.getMetadata().getUid())
                .isNotEqualTo(before.getMetadata().getUid());
        Awaitility.await("the orphaned reservation to end").atMost(LIMIT).until(() -> !isHeld(pod));
        assertThat(machines.observed(before.getMetadata().getUid())
                        .path("boots")
                        .asInt())
                .isEqualTo(1);
        awaitNoStray(node, before);
    }

    @Test
    void machineOfALostNodeIsGivenUpByItsUid() {
        // given
        machines.create("given-up", "");
        var before = machines.awaitReady("given-up", "Running");
        var node = machines.nodeOf("given-up");
        machines.testbed.verb("agent", "stop", node.name()).orFail();

        // when
        guide.run("forget", variables("given-up", node));

        // then
        assertThat(machines.find("given-up")).isEmpty();
        machines.testbed.verb("agent", "start", node.name()).orFail();
        awaitStray(node, before);
        guide.run("drop-stray", variables("given-up", node));
        awaitNoStray(node, before);
    }

    /** The copy has one machine on the node that it has left since, and does not have another at all. */
    @Test
    void olderCopyOfEtcdStartsNothingTwice() throws IOException {
        // given
        var from = machines.testbed.nodes().getFirst();
        var to = machines.testbed.nodes().getLast();
        var copy = Files.createTempDirectory("etcd").resolve("snapshot.tar");
        machines.create(
                "moved", "  stopMode: Hard\n  nodeSelector: {kubernetes.io/hostname: %s}\n".formatted(from.name()));
        machines.awaitReady("moved", "Running");
        machines.testbed.verb("etcd", "snapshot", copy.toString()).orFail();
        machines.patchSpec("moved", "{\"runStrategy\":\"Halted\"}");
        machines.awaitReady("moved", "Stopped");
        machines.awaitCondition("moved", "Scheduled", "NotNeeded");
        machines.patchSpec(
                "moved",
                "{\"runStrategy\":\"Always\",\"nodeSelector\":{\"kubernetes.io/hostname\":\"%s\"}}"
                        .formatted(to.name()));
        machines.await(
                "moved",
                "on " + to.name(),
                m -> to.name().equals(Machines.status(m).nodeName()));
        var moved = machines.awaitReady("moved", "Running");
        machines.create("young", "  nodeSelector: {kubernetes.io/hostname: %s}\n".formatted(to.name()));
        var young = machines.awaitReady("young", "Running");

        // when
        machines.testbed.verb("etcd", "restore", copy.toString()).orFail();
        Files.delete(copy);
        startWhatHasEnded();

        // then
        machines.await(
                "moved",
                "found on " + to.name(),
                m -> to.name().equals(Machines.status(m).nodeName()));
        machines.awaitReady("moved", "Running");
        awaitStray(to, young);
        assertThatItNeverRanTwice(moved, 2);
        assertThatItNeverRanTwice(young, 1);
        guide.run("drop-stray", variables("young", to));
        awaitNoStray(to, young);
    }

    /** As a DaemonSet and a Deployment would. */
    private void startWhatHasEnded() {
        for (var node : machines.testbed.nodes()) {
            Awaitility.await("the agent of " + node.name() + " to notice")
                    .atMost(LIMIT)
                    .until(() ->
                            machines.testbed.verb("pid", "agent", node.name()).status() != 0);
            machines.testbed.verb("agent", "start", node.name()).orFail();
        }
        Awaitility.await("the controller to notice")
                .atMost(LIMIT)
                .until(() -> machines.testbed.verb("pid", "controller").status() != 0);
        machines.testbed.verb("controller", "start").orFail();
    }

    private void assertThatItRunsOn(VirtualMachine before) {
        var name = before.getMetadata().getName();
        var node = Machines.status(before).nodeName();
        machines.await(
                name,
                "told anew",
                m -> Objects.equals(node, Machines.status(m).nodeName()) && domainId(m) != null && podUid(m) != null);
        var after = machines.awaitReady(name, "Running");
        assertThat(domainId(after)).isEqualTo(domainId(before));
        assertThatItNeverRanTwice(before, 1);
    }

    private static @Nullable Integer domainId(VirtualMachine vm) {
        var domain = Machines.status(vm).domain();
        return domain == null ? null : domain.id();
    }

    private static @Nullable String podUid(VirtualMachine vm) {
        var reservation = Machines.status(vm).reservation();
        return reservation == null ? null : reservation.podUID();
    }

    private void assertThatItNeverRanTwice(VirtualMachine vm, int boots) {
        var observed = machines.observed(vm.getMetadata().getUid());
        assertThat(observed.path("boots").asInt()).isEqualTo(boots);
        assertThat(observed.path("maxCopies").asInt()).isEqualTo(1);
    }

    private void loseStatus(String name) {
        machines.testbed
                .kubectl(
                        "-n",
                        machines.namespace,
                        "patch",
                        "vm",
                        name,
                        "--subresource=status",
                        "--type=json",
                        "-p",
                        "[{\"op\":\"replace\",\"path\":\"/status\",\"value\":{\"observedGeneration\":-1}}]")
                .orFail();
    }

    private void forceAway(String pod) {
        machines.testbed
                .kubectl("-n", machines.namespace, "delete", "pod", pod, "--force", "--grace-period=0")
                .orFail();
    }

    private void awaitStray(Testbed.Node node, VirtualMachine vm) {
        Awaitility.await("a stray on " + node.name())
                .atMost(LIMIT)
                .untilAsserted(() -> assertThat(strays(node))
                        .extracting(Stray::uid)
                        .contains(vm.getMetadata().getUid()));
    }

    private void awaitNoStray(Testbed.Node node, VirtualMachine vm) {
        Awaitility.await("no stray on " + node.name())
                .atMost(LIMIT)
                .untilAsserted(() -> assertThat(strays(node))
                        .extracting(Stray::uid)
                        .doesNotContain(vm.getMetadata().getUid()));
    }

    private List<Stray> strays(Testbed.Node node) {
        return Optional.ofNullable(machines.client
                        .resources(Hypervisor.class)
                        .withName(node.name())
                        .get())
                .map(Hypervisor::getStatus)
                .map(status -> List.copyOf(status.strays()))
                .orElse(List.of());
    }

    private Map<String, String> variables(String name, Testbed.Node node) {
        var variables = new HashMap<>(Map.of(
                "NAMESPACE", machines.namespace,
                "NAME", name,
                "DOMAIN", machines.domain(name),
                "NODE", node.name(),
                "URI", node.uri()));
        try {
            var manifest = Files.createTempFile("manifest", ".yaml");
            Files.writeString(
                    manifest,
                    machines.manifest(name, "  nodeSelector: {kubernetes.io/hostname: %s}\n".formatted(node.name())));
            variables.put("MANIFEST", manifest.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return variables;
    }

    /** Whether a process of the pod runs. */
    static boolean isHeld(String podUid) {
        return Testbed.run(List.of("sh", "-c", "grep -qs pod" + podUid + " /proc/[0-9]*/cgroup"))
                        .status()
                == 0;
    }
}
