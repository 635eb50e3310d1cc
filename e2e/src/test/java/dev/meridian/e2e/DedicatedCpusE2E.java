package dev.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Quantity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** CPUs of a node that kubelet gives to one guest alone: the second node's kubelet does. */
class DedicatedCpusE2E {
    private static final String MINE = "  stopMode: Hard\n  nodeSelector: {kubernetes.io/hostname: %s}\n";
    private static final String DEDICATED = "  cpu: {dedicatedCpuPlacement: true}\n";
    private static final String MAPPED = "  cpu: {dedicatedCpuPlacement: true, numa: {guestMappingPassthrough: {}}}\n";
    /** libvirt has huge pages touched by it at the start, from CPUs of their NUMA node; it sleeps from then on. */
    private static final String TOUCHING_MEMORY = "TC tc-ram-node0";

    private static final Pattern ALLOWED = Pattern.compile("Cpus_allowed_list:\\s+(\\S+)");

    private static Machines machines;

    @BeforeAll
    static void open() {
        machines = new Machines(Testbed.open(), "dedicated");
    }

    @AfterAll
    static void close() {
        machines.close();
    }

    @Test
    void virtualCpuHasACpuThatNoOtherGuestOfTheNodeRunsOn() {
        // given
        var node = machines.testbed.nodes().getLast();
        machines.create("neighbour", MINE.formatted(node.name()));
        var neighbour =
                machines.awaitReady("neighbour", "Running").getMetadata().getUid();
        assertThat(threads(neighbour)).containsEntry("CPU 0/TCG", "0-1");

        // when
        machines.create("alone", MINE.formatted(node.name()) + DEDICATED);
        var alone = machines.awaitReady("alone", "Running").getMetadata().getUid();

        // then
        assertThat(threads(alone).values()).containsOnly("1");
        assertThat(cpusOfThePod(node)).contains("1\n");
        awaitNeighbour(neighbour, "0");
        assertThat(machines.inactiveXml(node, "alone")).contains("<vcpupin vcpu='0' cpuset='1'/>");
        for (var name : List.of("alone", "neighbour")) {
            assertThat(machines.awaitCondition(name, "Drifted", "AsDefined").message())
                    .isEmpty();
        }

        // when
        machines.delete("alone");
        machines.awaitGone("alone");

        // then
        awaitNeighbour(neighbour, "0-1");
        assertThat(machines.observed(neighbour).path("boots").asInt()).isEqualTo(1);
    }

    @Test
    void guestsNumaNodeIsThatOfItsNodeOnWhichItsCpuAndItsHugePagesLie() {
        // given
        var node = machines.testbed.nodes().getLast();
        var numaNode = numaNodeOfCpu(1);

        // when
        machines.createFrom(machines.manifest("mapped", MINE.formatted(node.name()) + MAPPED)
                .replace("guest: 128Mi", "guest: 128Mi\n    hugepages: {pageSize: 2Mi}"));
        var uid = machines.awaitReady("mapped", "Running").getMetadata().getUid();

        // then
        var threads = threads(uid);
        threads.remove(TOUCHING_MEMORY);
        assertThat(threads).containsEntry("CPU 0/TCG", "1");
        assertThat(threads.values()).containsOnly("1");
        assertThat(memory(uid)).containsPattern("bind:%1$d .*huge .*N%1$d=64 ".formatted(numaNode));
        assertThat(machines.type(
                        "mapped",
                        "cd /sys/devices/system/node; for n in node*; do echo $n $(cat $n/cpulist).; done; cd /;"
                                + " echo told by $(ls /sys/firmware/acpi/tables | grep SRAT)."))
                .contains("node0 0.", "told by SRAT.");
        assertThat(machines.inactiveXml(node, "mapped"))
                .contains("<memnode cellid='0' mode='strict' nodeset='%d'/>".formatted(numaNode));
        assertThat(machines.awaitCondition("mapped", "Drifted", "AsDefined").message())
                .isEmpty();
        machines.awaitCondition("mapped", "RestartRequired", "UpToDate");
        machines.delete("mapped");
        machines.awaitGone("mapped");
    }

    @Test
    void nodeWhoseKubeletGivesNoneIsNamed() {
        // given
        var node = machines.testbed.nodes().getFirst();

        // when
        machines.create("refused", MINE.formatted(node.name()) + DEDICATED);

        // then
        assertThat(machines.awaitCondition("refused", "Stalled", "CpusNotDedicated")
                        .message())
                .contains("spec.cpu.dedicatedCpuPlacement", node.name(), "set its cpuManagerPolicy to static");
    }

    private static void awaitNeighbour(String uid, String cpus) {
        Awaitility.await("the neighbour to run on " + cpus)
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(threads(uid)).containsEntry("CPU 0/TCG", cpus));
    }

    /** On which CPUs the kernel lets each thread of its hypervisor run, by the thread's name. */
    private static Map<String, String> threads(String uid) {
        var pid = process(uid);
        var found = new TreeMap<String, String>();
        try (var threads = Files.newDirectoryStream(Path.of("/proc", pid, "task"))) {
            for (var thread : threads) {
                var allowed = ALLOWED.matcher(Files.readString(thread.resolve("status")));
                assertThat(allowed.find()).isTrue();
                found.put(Files.readString(thread.resolve("comm")).strip(), allowed.group(1));
            }
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the kernel says of where each range of its hypervisor's memory is to lie, and lies. */
    private static String memory(String uid) {
        try {
            return Files.readString(Path.of("/proc", process(uid), "numa_maps"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String process(String uid) {
        return Testbed.run(List.of("pgrep", "-f", "qemu.*-uuid " + uid))
                .orFail()
                .strip();
    }

    private static int numaNodeOfCpu(int cpu) {
        var node = Testbed.run(List.of("sh", "-c", "basename /sys/devices/system/cpu/cpu%d/node*".formatted(cpu)))
                .orFail()
                .strip();
        return Integer.parseInt(node.replace("node", ""));
    }

    /** Of each container of the reservation, whose requests are whole CPUs. */
    private static String cpusOfThePod(Testbed.Node node) {
        var reservation =
                Objects.requireNonNull(Machines.status(machines.get("alone")).reservation());
        var pod = machines.client
                .pods()
                .inNamespace(machines.namespace)
                .withName(reservation.podName())
                .get();
        assertThat(pod.getStatus().getQosClass()).isEqualTo("Guaranteed");
        assertThat(pod.getSpec().getContainers().getFirst().getResources().getRequests())
                .containsEntry("cpu", new Quantity("1"));
        return Testbed.run(List.of(
                        "sh",
                        "-c",
                        "cat /sys/fs/cgroup/cpuset/*/%s/kubepods/pod%s/*/cpuset.cpus"
                                .formatted(node.name(), pod.getMetadata().getUid())))
                .orFail();
    }
}
