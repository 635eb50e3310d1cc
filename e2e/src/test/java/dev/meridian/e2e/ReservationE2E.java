package dev.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.LastStop;
import dev.meridian.api.v1alpha1.Power;
import dev.meridian.api.v1alpha1.Reservation;
import dev.meridian.api.v1alpha1.VirtualMachine;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.scheduling.v1.PriorityClassBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every way in which a machine loses the pod that holds its room. */
class ReservationE2E {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private Machines machines;

    @BeforeEach
    void open() {
        machines = new Machines(Testbed.open(), "reservation");
    }

    @AfterEach
    void close() {
        for (var node : machines.testbed.nodes()) {
            machines.testbed.kubectl("uncordon", node.name());
            machines.testbed.kubectl("taint", "node", node.name(), "closed-");
        }
        machines.close();
    }

    @Test
    void drainedMachineIsStoppedSoftlyAndStartsElsewhere() {
        // given
        var before = running("drained", "  evictionStrategy: Shutdown\n");
        var node = machines.nodeOf("drained");

        // when
        machines.testbed
                .kubectl(
                        "drain",
                        node.name(),
                        "--pod-selector=meridian.dev/machine-uid="
                                + before.getMetadata().getUid(),
                        "--timeout=60s")
                .orFail();

        // then
        assertThatItHasLeft(before);
    }

    @Test
    void preemptedMachineMakesRoomAndStartsElsewhere() {
        // given
        var before = running("preempted", "  evictionStrategy: Shutdown\n");
        var node = machines.nodeOf("preempted");
        var important = new PriorityClassBuilder()
                .withNewMetadata()
                .withName(machines.namespace)
                .endMetadata()
                .withValue(1000)
                .build();
        machines.client.resource(important).create();

        // when
        var winner = machines.filler(node, machines.freeMilliCpu(node) + 50 + "m");
        winner.getSpec().setNodeName(null);
        winner.getSpec().setNodeSelector(Map.of("kubernetes.io/hostname", node.name()));
        winner.getSpec().setPriorityClassName(machines.namespace);
        machines.client.resource(winner).create();

        // then
        awaitPhase(winner, "Running");
        assertThatItHasLeft(before);
        machines.client.resource(important).delete();
    }

    @Test
    void taintedMachineStartsElsewhere() {
        // given
        var before = running("tainted", "  evictionStrategy: Shutdown\n");
        var node = machines.nodeOf("tainted");

        // when
        taint(node, "closed=yes:NoExecute");

        // then
        assertThatItHasLeft(before);
    }

    /** The pod beside it shows that the taint is acted on. */
    @Test
    void unreachableNodeKeepsItsReservations() {
        // given
        var before = running("unreachable");
        var node = machines.nodeOf("unreachable");
        var other = machines.filler(node, "10m");
        other.getSpec()
                .setTolerations(List.of(
                        new Toleration("NoExecute", "node.kubernetes.io/unreachable", "Exists", 0L, null),
                        new Toleration("NoExecute", "node.kubernetes.io/not-ready", "Exists", 0L, null)));
        machines.client.resource(other).create();
        awaitPhase(other, "Running");

        // when
        taint(node, "node.kubernetes.io/unreachable:NoExecute", "node.kubernetes.io/not-ready:NoExecute");

        // then
        Awaitility.await("the other pod to be evicted")
                .atMost(LIMIT)
                .until(() -> Optional.ofNullable(machines.client.resource(other).get())
                        .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
                        .isEmpty());
        assertThat(pod(before).getMetadata().getDeletionTimestamp()).isNull();
        machines.testbed.kubectl("taint", "node", node.name(), "node.kubernetes.io/unreachable:NoExecute-");
        machines.testbed.kubectl("taint", "node", node.name(), "node.kubernetes.io/not-ready:NoExecute-");
        assertThatItRunsOn(before, before);
    }

    @Test
    void podThatIsDeletedOnAFullNodeIsReplacedInItsOwnRoom() {
        // given
        var before = running("full");
        var node = machines.nodeOf("full");
        var filler = machines.filler(node, machines.freeMilliCpu(node) - 50 + "m");
        machines.client.resource(filler).create();
        awaitPhase(filler, "Running");

        // when
        machines.client.resource(pod(before)).delete();

        // then
        machines.awaitCondition("full", "ReservationLost", "ReservationMissing");
        assertThatItRunsOn(before, awaitAnother(before));
    }

    @Test
    void podThatIsForcedAwayIsReplacedAndItsProcessEnds() {
        // given
        var before = running("forced");
        var uid = Objects.requireNonNull(reservation(before).podUID());

        // when
        machines.client.resource(pod(before)).withGracePeriod(0).delete();

        // then
        assertThatItRunsOn(before, awaitAnother(before));
        Awaitility.await("its process to end").atMost(LIMIT).until(() -> !RecoveryE2E.isHeld(uid));
    }

    @Test
    void podThatItsNodeHasFailedIsReplaced() {
        // given
        var before = running("failed");

        // when
        status(before, "{\"status\":{\"phase\":\"Failed\",\"reason\":\"OutOfcpu\",\"message\":\"refused again\"}}");

        // then
        assertThatItRunsOn(before, awaitAnother(before));
    }

    /** As the pod garbage collector does when a Node object has been gone for a while. */
    @Test
    void podThatIsCollectedWithItsNodeObjectIsReplaced() {
        // given
        var before = running("collected");

        // when
        status(
                before,
                "{\"status\":{\"conditions\":[{\"type\":\"DisruptionTarget\",\"status\":\"True\",\"reason\":\"DeletionByPodGC\",\"lastTransitionTime\":null}]}}");
        machines.client.resource(pod(before)).withGracePeriod(0).delete();

        // then
        assertThatItRunsOn(before, awaitAnother(before));
    }

    @Test
    void guestAndItsRoomOutliveKubeletContainerdAndTheContainer() {
        // given
        var before = running("kubelet");
        var node = machines.nodeOf("kubelet");
        var uid = Objects.requireNonNull(reservation(before).podUID());

        // when
        for (var service : List.of("containerd", "kubelet")) {
            machines.testbed.verb(service, "kill", node.name()).orFail();
            machines.testbed.verb(service, "start", node.name()).orFail();
        }
        Testbed.run(List.of(
                        "sh",
                        "-c",
                        "for p in $(grep -ls pod%s /proc/[0-9]*/cgroup | cut -d/ -f3); do if grep -qs sleep /proc/$p/comm; then kill -KILL $p; fi; done"
                                .formatted(uid)))
                .orFail();

        // then
        Awaitility.await("the container to be started again")
                .atMost(LIMIT)
                .until(() -> pod(before).getStatus().getContainerStatuses().stream()
                        .anyMatch(c -> c.getRestartCount() > 0 && c.getState().getRunning() != null));
        assertThatItRunsOn(before, machines.get("kubelet"));
        assertThat(reservation(machines.get("kubelet")).podUID()).isEqualTo(uid);
    }

    /** One without its sandbox would be given another each second, by a kubelet that has yet to hear of the deletion. */
    @Test
    void sandboxOfADeletedReservationIsLeftToKubelet() {
        // given
        var before = running("deaf");
        var node = machines.nodeOf("deaf");
        var uid = Objects.requireNonNull(reservation(before).podUID());
        Awaitility.await("the container")
                .atMost(LIMIT)
                .until(() -> processes(uid).size() == 2);
        machines.testbed.verb("kubelet", "kill", node.name()).orFail();

        // when
        machines.patchSpec("deaf", "{\"runStrategy\":\"Halted\"}");

        // then
        try {
            Awaitility.await("the container's process to end")
                    .atMost(LIMIT)
                    .until(() -> processes(uid).size() < 2);
            assertThat(processes(uid)).hasSize(1);
        } finally {
            machines.testbed.verb("kubelet", "start", node.name()).orFail();
        }
        Awaitility.await("kubelet to end the sandbox").atMost(LIMIT).until(() -> !RecoveryE2E.isHeld(uid));
    }

    /** The pod's, its sandbox among them. */
    private static List<String> processes(String podUid) {
        return Testbed.run(List.of("sh", "-c", "grep -ls pod%s /proc/[0-9]*/cgroup; true".formatted(podUid)))
                .orFail()
                .lines()
                .toList();
    }

    @Test
    void grownMachineKeepsItsRoomUntilItHasALargerOne() {
        // given
        var before = running("grown");
        var node = machines.nodeOf("grown");
        var filler = machines.filler(node, "1700m");
        machines.client.resource(filler).create();
        awaitPhase(filler, "Running");

        // when
        machines.patchSpec("grown", "{\"cpu\":{\"cores\":4}}");

        // then
        var waiting = machines.await(
                "grown",
                "told that it waits for room",
                m -> Machines.condition(m, "Scheduled")
                        .filter(c -> c.message().contains("waits for room"))
                        .isPresent());
        assertThat(Machines.condition(waiting, "Scheduled").orElseThrow().reason())
                .isEqualTo("Reserved");
        assertThat(reservation(waiting)).isEqualTo(reservation(before));
        machines.client.resource(filler).withGracePeriod(0).delete();
        var grown = awaitAnother(before);
        assertThat(pod(grown)
                        .getSpec()
                        .getContainers()
                        .getFirst()
                        .getResources()
                        .getRequests()
                        .get("cpu"))
                .isEqualTo(new Quantity("400m"));
        Awaitility.await("the smaller pod to go")
                .atMost(LIMIT)
                .until(() -> machines.client.pods().inNamespace(machines.namespace).list().getItems().stream()
                                .filter(p -> p.getMetadata().getName().startsWith("grown"))
                                .count()
                        == 1);
        assertThatItRunsOn(before, grown);
    }

    private VirtualMachine running(String name) {
        return running(name, "");
    }

    private VirtualMachine running(String name, String more) {
        machines.create(name, more);
        return machines.awaitReady(name, "Running");
    }

    private void assertThatItHasLeft(VirtualMachine before) {
        var name = before.getMetadata().getName();
        var node = Objects.requireNonNull(Machines.status(before).nodeName());
        machines.await(
                name,
                "on another node",
                m -> Machines.status(m).nodeName() != null
                        && !node.equals(Machines.status(m).nodeName()));
        var after = machines.awaitReady(name, "Running");
        assertThat(Optional.ofNullable(Machines.status(after).power())
                        .map(Power::lastStop)
                        .map(LastStop::reason))
                .contains("Evicted");
        var observed = machines.observed(before.getMetadata().getUid());
        assertThat(observed.path("stops").path("destroyed").asInt()).isZero();
        assertThat(observed.path("boots").asInt()).isEqualTo(2);
        assertThat(observed.path("maxCopies").asInt()).isEqualTo(1);
    }

    private void assertThatItRunsOn(VirtualMachine before, VirtualMachine after) {
        assertThat(Machines.status(after).nodeName())
                .isEqualTo(Machines.status(before).nodeName());
        machines.awaitCondition(before.getMetadata().getName(), "ReservationLost", "Reserved");
        machines.awaitReady(before.getMetadata().getName(), "Running");
        assertThat(machines.observed(before.getMetadata().getUid())
                        .path("processes")
                        .asInt())
                .isEqualTo(1);
    }

    private VirtualMachine awaitAnother(VirtualMachine before) {
        return machines.await(
                before.getMetadata().getName(),
                "with another reservation",
                m -> reservation(m).podUID() != null
                        && reservation(m).attempt() > reservation(before).attempt());
    }

    private static Reservation reservation(VirtualMachine vm) {
        return Objects.requireNonNull(Machines.status(vm).reservation());
    }

    private Pod pod(VirtualMachine vm) {
        return machines.client
                .pods()
                .inNamespace(machines.namespace)
                .withName(reservation(vm).podName())
                .get();
    }

    private void status(VirtualMachine vm, String patch) {
        machines.testbed
                .kubectl(
                        "-n",
                        machines.namespace,
                        "patch",
                        "pod",
                        Objects.requireNonNull(reservation(vm).podName()),
                        "--subresource=status",
                        "-p",
                        patch)
                .orFail();
    }

    private void taint(Testbed.Node node, String... taints) {
        var command = new ArrayList<>(List.of("taint", "node", node.name()));
        command.addAll(List.of(taints));
        machines.testbed.kubectl(command.toArray(String[]::new)).orFail();
    }

    private void awaitPhase(Pod pod, String phase) {
        Awaitility.await(pod.getMetadata().getName() + " to be " + phase)
                .atMost(LIMIT)
                .until(() -> machines.client.resource(pod).get().getStatus().getPhase(), phase::equals);
    }
}
