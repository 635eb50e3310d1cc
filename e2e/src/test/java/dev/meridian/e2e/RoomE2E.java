package dev.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.ClassCpu;
import dev.meridian.api.v1alpha1.ConditionStatus;
import dev.meridian.api.v1alpha1.ReservationClass;
import dev.meridian.api.v1alpha1.VirtualMachine;
import dev.meridian.api.v1alpha1.VirtualMachineClass;
import dev.meridian.api.v1alpha1.VirtualMachineClassSpec;
import io.fabric8.kubernetes.api.model.BindingBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The room that a machine needs: who refuses it says why, and the machine starts when there is some. */
class RoomE2E {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Pattern TOTAL = Pattern.compile("MemTotal:\\s+(\\d+) kB");
    private static final Pattern TOTAL_OF_NODE = Pattern.compile("Node (\\d+) MemTotal:\\s+(\\d+) kB");
    private static final long PLUGGED = 256 * 1024;

    private Machines machines;

    @BeforeEach
    void open() {
        machines = new Machines(Testbed.open(), "room");
    }

    @AfterEach
    void close() {
        machines.client
                .resources(VirtualMachineClass.class)
                .withName(machines.namespace)
                .delete();
        machines.close();
    }

    @Test
    void quotaRefusesInTheApiServersWordsAndOnceRaisedTheMachineStarts() {
        // given
        machines.quota(0);

        // when
        machines.create("refused", "  stopMode: Hard\n");

        // then
        var scheduled = machines.awaitCondition("refused", "Scheduled", "QuotaExceeded");
        assertThat(scheduled.message())
                .contains("exceeded quota: pods, requested: pods=1, used: pods=0, limited: pods=0");
        assertThat(scheduled.status()).isEqualTo(ConditionStatus.False);
        machines.quota(1);
        machines.awaitReady("refused", "Running");
    }

    @Test
    void classSaysHowFarCpusAreOvercommitted() {
        // given
        var named = "  className: %s\n".formatted(machines.namespace);
        machines.create("classed", named + "  stopMode: Hard\n  cpu: {sockets: 2}\n");
        var refusal = machines.awaitCondition("classed", "Scheduled", "ClassNotFound");
        assertThat(refusal.status()).isEqualTo(ConditionStatus.False);
        assertThat(refusal.message()).contains("spec.className", machines.namespace);
        machines.awaitEvent("classed", "ClassNotFound");

        // when
        var quarter = machines.client.resource(machineClass(4)).create();

        // then
        var uid = machines.awaitReady("classed", "Running").getMetadata().getUid();
        var room = reservation("classed");
        assertThat(requests(room)).containsEntry("cpu", new Quantity("500m"));
        assertThat(reservedBy("classed"))
                .isEqualTo(new ReservationClass(
                        machines.namespace, quarter.getMetadata().getUid(), 1L, 4));

        // when
        machines.client.resource(machineClass(2)).forceConflicts().serverSideApply();
        machines.create("later", named + "  stopMode: Hard\n");

        // then
        machines.awaitReady("later", "Running");
        assertThat(requests(reservation("later"))).containsEntry("cpu", new Quantity("500m"));
        assertThat(reservedBy("later").generation()).isEqualTo(2);
        assertThat(reservation("classed").getMetadata().getUid())
                .isEqualTo(room.getMetadata().getUid());

        // when
        machines.client.resource(quarter).delete();
        machines.create("too-late", named);
        machines.awaitCondition("too-late", "Scheduled", "ClassNotFound");
        machines.client.resource(room).withGracePeriod(0).delete();

        // then
        machines.await("classed", "reserved anew", RoomE2E::isReservedAnew);
        assertThat(requests(reservation("classed"))).containsEntry("cpu", new Quantity("500m"));
        assertThat(machines.observed(uid).path("boots").asInt()).isEqualTo(1);
        assertThat(machines.observed(uid).path("stops").path("destroyed").asInt())
                .isZero();
    }

    @Test
    void moreCpusAreHeldBeforeTheRunningGuestHasThem() {
        // given
        machines.quota(1);
        machines.create("grows", "  stopMode: Hard\n  cpu: {sockets: 1, maxSockets: 2}\n");
        var uid = machines.awaitReady("grows", "Running").getMetadata().getUid();
        assertThat(machines.type("grows", "echo cpus $(cat /sys/devices/system/cpu/present)."))
                .contains("cpus 0.");

        // when
        machines.patchSpec("grows", "{\"cpu\": {\"sockets\": 2}}");

        // then
        machines.await(
                "grows",
                "waiting for room",
                vm -> Machines.condition(vm, "Scheduled")
                        .filter(scheduled -> scheduled.message().contains("exceeded quota"))
                        .isPresent());
        assertThat(machines.awaitCondition("grows", "RestartRequired", "SpecChanged")
                        .message())
                .contains("spec.cpu.sockets");
        assertThat(machines.type("grows", "echo cpus $(cat /sys/devices/system/cpu/present)."))
                .contains("cpus 0.");

        // when
        machines.quota(2);

        // then
        machines.awaitCondition("grows", "RestartRequired", "UpToDate");
        assertThat(requests(reservation("grows"))).containsEntry("cpu", new Quantity("200m"));
        Awaitility.await("the guest to have its second CPU")
                .atMost(LIMIT)
                .until(
                        () -> machines.type("grows", "echo cpus $(cat /sys/devices/system/cpu/present)."),
                        said -> said.contains("cpus 0-1."));
        assertThat(machines.type("grows", "echo 1 > /sys/devices/system/cpu/cpu1/online; echo usable $(nproc)."))
                .contains("usable 2.");
        assertThat(machines.awaitCondition("grows", "Drifted", "AsDefined").message())
                .isEmpty();
        assertThat(machines.observed(uid).path("boots").asInt()).isEqualTo(1);
        assertThat(machines.inactiveXml(machines.nodeOf("grows"), "grows")).contains(">2</vcpu>");
    }

    @Test
    void moreMemoryIsHeldBeforeTheRunningGuestHasItAndStaysThroughHibernation() {
        // given
        machines.quota(1);
        machines.applySample("growing.yaml");
        var uid = machines.awaitReady("growing", "Running").getMetadata().getUid();
        var before = memoryOfTheGuest("growing");

        // when
        memory("growing", "512Mi");

        // then
        machines.await(
                "growing",
                "waiting for room",
                vm -> Machines.condition(vm, "Scheduled")
                        .filter(scheduled -> scheduled.message().contains("exceeded quota"))
                        .isPresent());
        assertThat(machines.awaitCondition("growing", "RestartRequired", "SpecChanged")
                        .message())
                .contains("spec.memory.guest");
        assertThat(memoryOfTheGuest("growing")).isEqualTo(before);
        assertThat(sizes("growing")).contains("\"base-memory\":268435456", "\"plugged-memory\":0");

        // when
        machines.quota(2);

        // then
        machines.awaitCondition("growing", "RestartRequired", "UpToDate");
        var overhead = (192 + 8 + 1) << 20;
        assertThat(reservation("growing")
                        .getSpec()
                        .getContainers()
                        .getFirst()
                        .getResources()
                        .getRequests())
                .containsEntry("memory", new Quantity(Long.toString((512L << 20) + overhead)));
        assertThat(sizes("growing")).contains("\"base-memory\":268435456", "\"plugged-memory\":268435456");
        awaitMemoryOfTheGuest("growing", before + PLUGGED);
        assertThat(machines.awaitCondition("growing", "Drifted", "AsDefined").message())
                .isEmpty();
        assertThat(machines.observed(uid).path("boots").asInt()).isEqualTo(1);

        // when
        request("growing", "hibernate");
        machines.awaitReady("growing", "Hibernated");
        request("growing", "start");
        machines.awaitReady("growing", "Running");

        // then
        assertThat(memoryOfTheGuest("growing")).isEqualTo(before + PLUGGED);

        // when
        memory("growing", "384Mi");

        // then
        assertThat(machines.awaitCondition("growing", "RestartRequired", "SpecChanged")
                        .message())
                .contains("spec.memory.guest");
        assertThat(memoryOfTheGuest("growing")).isEqualTo(before + PLUGGED);
        assertThat(machines.inactiveXml(machines.nodeOf("growing"), "growing")).contains("<memory unit='KiB'>524288<");

        // when
        machines.patchSpec("growing", "{\"stopMode\":\"Hard\",\"runStrategy\":\"Halted\"}");
        machines.awaitReady("growing", "Stopped");
        machines.patchSpec("growing", "{\"runStrategy\":\"Always\"}");
        machines.awaitReady("growing", "Running");

        // then
        assertThat(sizes("growing")).contains("\"base-memory\":402653184", "\"plugged-memory\":0");
    }

    @Test
    void whatTheRunningGuestIsGivenMoreGoesToItsNumaNodesInTurn() {
        // given
        machines.applySample("numa.yaml");
        var uid = machines.awaitReady("numa", "Running").getMetadata().getUid();
        assertThat(cpusOfNodes("numa")).contains("node0 0.", "node1 1.");
        var before = memoryOfNodes("numa");
        assertThat(before.keySet()).containsExactly(0, 1);
        // The kernel's own share, which is not counted, lies where it likes.
        assertThat(before.values())
                .allSatisfy(kibibytes -> assertThat(kibibytes).isBetween(1L, 128L * 1024));
        var after = new TreeMap<>(before);
        after.merge(0, 256L * 1024, Long::sum);
        after.merge(1, 128L * 1024, Long::sum);

        // when
        machines.patchSpec("numa", "{\"cpu\": {\"sockets\": 3}, \"memory\": {\"guest\": \"640Mi\"}}");

        // then
        machines.await(
                "numa",
                "given all",
                vm -> Machines.isObserved(vm)
                        && Machines.status(vm).pendingChanges().isEmpty());
        Awaitility.await("the guest's nodes to have their memory")
                .atMost(LIMIT)
                .untilAsserted(() -> assertThat(memoryOfNodes("numa")).isEqualTo(after));
        assertThat(machines.type("numa", "echo 1 > /sys/devices/system/cpu/cpu2/online; echo usable $(nproc)."))
                .contains("usable 3.");
        assertThat(cpusOfNodes("numa")).contains("node0 0,2.", "node1 1.");
        assertThat(machines.awaitCondition("numa", "Drifted", "AsDefined").message())
                .isEmpty();
        assertThat(machines.observed(uid).path("boots").asInt()).isEqualTo(1);
    }

    @Test
    void guestRunsOnWithoutItsReservationUntilANewOneIsBoundToItsNode() {
        // given
        machines.quota(1);
        machines.create("lost", "  stopMode: Hard\n");
        var uid = machines.awaitReady("lost", "Running").getMetadata().getUid();
        var node = machines.nodeOf("lost");
        var first = reservation("lost");

        // when
        machines.client.resource(first).delete();

        // then
        var lost = machines.awaitCondition("lost", "ReservationLost", "ReservationMissing");
        assertThat(lost.status()).isEqualTo(ConditionStatus.True);
        assertThat(lost.message())
                .contains("the guest runs on")
                .contains(first.getMetadata().getName());
        machines.awaitCondition("lost", "Scheduled", "QuotaExceeded");
        machines.quota(2);
        machines.awaitCondition("lost", "ReservationLost", "Reserved");
        var second = reservation("lost");
        assertThat(second.getMetadata().getUid())
                .isNotEqualTo(first.getMetadata().getUid());
        assertThat(second.getSpec().getNodeName()).isEqualTo(node.name());
        assertThat(second.getSpec().getAffinity().toString())
                .contains("metadata.name")
                .contains(node.name());
        Awaitility.await("the pod that is replaced to be gone")
                .atMost(LIMIT)
                .until(() -> machines.client.resource(first).get() == null);
        machines.awaitReady("lost", "Running");
        assertThat(machines.observed(uid).path("boots").asInt()).isEqualTo(1);
        assertThat(machines.observed(uid).path("stops")).isEmpty();
    }

    /** kube-scheduler would not bind a pod to a full node: a hand does, and leaves it to the node to refuse. */
    @Test
    void nodeRefusesInKubeletsWordsAndOnceItHasRoomTheMachineStarts() {
        // given
        var node = machines.testbed.nodes().getLast();
        var filler = filler(node);
        machines.create(
                "rejected",
                "  stopMode: Hard\n  nodeSelector: {room: %s}\n  cpu: {cores: 4}\n".formatted(machines.namespace));
        machines.awaitCondition("rejected", "Scheduled", "Unschedulable");

        // when
        bind(onlyPod("rejected"), node);

        // then
        var refusal = machines.awaitCondition("rejected", "Scheduled", "OutOfcpu");
        assertThat(refusal.message()).contains("Node didn't have enough resource: cpu, requested: 400");
        assertThat(events("rejected")).contains("OutOfcpu");
        machines.client.resource(filler).withGracePeriod(0).delete();
        label(node, machines.namespace);
        // The agent starts it as soon as the pod is bound: that may be before the kubelet refuses.
        machines.await("rejected", "reserved anew", RoomE2E::isReservedAnew);
        machines.awaitReady("rejected", "Running");
        label(node, null);
    }

    private void memory(String name, String guest) {
        machines.patchSpec(name, "{\"memory\": {\"guest\": \"%s\"}}".formatted(guest));
    }

    private void request(String name, String verb) {
        machines.patchSpec(name, "{\"power\":{\"%sRequestedAt\":\"%s\"}}".formatted(verb, Instant.now()));
    }

    /** In KiB, as its kernel counts it. */
    private long memoryOfTheGuest(String name) {
        var said = TOTAL.matcher(machines.type(name, "cat /proc/meminfo"));
        assertThat(said.find()).isTrue();
        return Long.parseLong(said.group(1));
    }

    private String cpusOfNodes(String name) {
        return machines.type(
                name, "cd /sys/devices/system/node; for n in node*; do echo $n $(cat $n/cpulist).; done; cd /");
    }

    /** In KiB by NUMA node, as its kernel counts it. */
    private Map<Integer, Long> memoryOfNodes(String name) {
        return TOTAL_OF_NODE
                .matcher(machines.type(name, "cat /sys/devices/system/node/node*/meminfo"))
                .results()
                .collect(Collectors.toMap(
                        said -> Integer.parseInt(said.group(1)),
                        said -> Long.parseLong(said.group(2)),
                        Math::max,
                        TreeMap::new));
    }

    private void awaitMemoryOfTheGuest(String name, long kibibytes) {
        Awaitility.await("the guest to have its memory")
                .atMost(LIMIT)
                .untilAsserted(() -> assertThat(memoryOfTheGuest(name)).isEqualTo(kibibytes));
    }

    /** What QEMU says of the guest's memory. */
    private String sizes(String name) {
        return machines.testbed
                .virsh(
                        machines.nodeOf(name),
                        "qemu-monitor-command",
                        machines.domain(name),
                        "{\"execute\":\"query-memory-size-summary\"}")
                .orFail();
    }

    private static boolean isReservedAnew(VirtualMachine vm) {
        var reservation = Machines.status(vm).reservation();
        return reservation != null && reservation.podUID() != null && reservation.attempt() > 1;
    }

    private VirtualMachineClass machineClass(int allocationRatio) {
        var machineClass = new VirtualMachineClass();
        machineClass.setMetadata(
                new ObjectMetaBuilder().withName(machines.namespace).build());
        machineClass.setSpec(new VirtualMachineClassSpec(new ClassCpu(allocationRatio)));
        return machineClass;
    }

    private ReservationClass reservedBy(String name) {
        var reservation =
                Objects.requireNonNull(Machines.status(machines.get(name)).reservation());
        return Objects.requireNonNull(reservation.machineClass());
    }

    private static Map<String, Quantity> requests(Pod pod) {
        return pod.getSpec().getContainers().getFirst().getResources().getRequests();
    }

    /** The pod that the machine's status names. */
    private Pod reservation(String name) {
        var named = Objects.requireNonNull(Machines.status(machines.get(name)).reservation())
                .podName();
        return machines.client
                .pods()
                .inNamespace(machines.namespace)
                .withName(named)
                .get();
    }

    private Pod onlyPod(String name) {
        return machines.client.pods().inNamespace(machines.namespace).list().getItems().stream()
                .filter(pod -> pod.getMetadata().getName().startsWith(name))
                .findFirst()
                .orElseThrow();
    }

    private Pod filler(Testbed.Node node) {
        var filler = machines.filler(node, "1700m");
        machines.client.resource(filler).create();
        Awaitility.await("the node to be full")
                .atMost(LIMIT)
                .until(() -> machines.client.resource(filler).get().getStatus().getPhase(), "Running"::equals);
        return filler;
    }

    private void bind(Pod pod, Testbed.Node node) {
        var binding = new BindingBuilder()
                .withNewMetadata()
                .withName(pod.getMetadata().getName())
                .endMetadata()
                .withNewTarget()
                .withApiVersion("v1")
                .withKind("Node")
                .withName(node.name())
                .endTarget()
                .build();
        machines.client.raw(
                "/api/v1/namespaces/%s/pods/%s/binding"
                        .formatted(machines.namespace, pod.getMetadata().getName()),
                "POST",
                binding);
    }

    private void label(Testbed.Node node, @Nullable String value) {
        machines.testbed
                .kubectl("label", "node", node.name(), value == null ? "room-" : "room=" + value)
                .orFail();
    }

    private List<String> events(String name) {
        return machines.client.events().v1().events().inNamespace(machines.namespace).list().getItems().stream()
                .filter(event -> event.getRegarding().getName().equals(name))
                .map(Event::getReason)
                .toList();
    }
}
