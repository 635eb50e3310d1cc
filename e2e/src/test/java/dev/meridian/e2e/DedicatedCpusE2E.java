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
        var pid = Testbed.run(List.of("pgrep", "-f", "qemu.*-uuid " + uid))
                .orFail()
                .strip();
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
