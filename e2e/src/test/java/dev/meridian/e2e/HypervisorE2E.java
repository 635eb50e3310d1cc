package dev.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.Condition;
import dev.meridian.api.v1alpha1.Hypervisor;
import dev.meridian.api.v1alpha1.HypervisorHugepages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is told of a node, and how {@code docs/hypervisor.md} says it. */
class HypervisorE2E {
    private Machines machines;
    private Guide guide;

    @BeforeEach
    void open() {
        machines = new Machines(Testbed.open(), "hypervisor");
        guide = new Guide(machines.testbed, "hypervisor.md");
    }

    @AfterEach
    void close() {
        machines.testbed.kubectl("delete", "--ignore-not-found", "hypervisorpolicy", machines.namespace);
        machines.close();
    }

    @Test
    void nodeIsToldAsItIsAndAsThePageSays() throws IOException {
        // given
        var node = machines.testbed.nodes().getFirst();
        var allocatable =
                machines.client.nodes().withName(node.name()).get().getStatus().getAllocatable();

        // when
        var table = guide.run("table", Map.of()).lines().toList();
        var status = hypervisor(node).getStatus();
        var capacity = Objects.requireNonNull(status.capacity());
        var told = Objects.requireNonNull(status.allocatable());

        // then
        assertThat(table.getFirst().split(" +", -1))
                .containsExactly(
                        "NAME", "READY", "SCHEDULABLE", "MIGRATION", "LIBVIRT", "HYPERVISOR", "CPUS", "MEMORY", "AGE");
        assertThat(guide.text()).as("the page shows the same").contains(table.getFirst());
        assertThat(table).hasSize(machines.testbed.nodes().size() + 1);
        assertThat(table.get(1)).startsWith(node.name()).contains("True", "true", capacity.cpus() + " ");
        assertThat(told.cpu()).isEqualTo(allocatable.get("cpu"));
        assertThat(told.memory()).isEqualTo(allocatable.get("memory"));
        assertThat(status.numa())
                .isNotEmpty()
                .allSatisfy(
                        numa -> assertThat(numa.memory().getNumericalAmount()).isPositive());
        assertThat(status.hugepages())
                .contains(new HypervisorHugepages(
                        "2Mi",
                        Long.parseLong(
                                Files.readString(Path.of("/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages"))
                                        .strip())));
        assertThat(status.drivers().getFirst().types()).isNotEmpty().allSatisfy(type -> {
            assertThat(type.machines()).isNotEmpty();
            assertThat(type.cpuModels()).isNotEmpty();
        });
        assertThat(status.networks()).isNotEmpty();
        assertThat(status.conditions())
                .extracting(Condition::type)
                .containsExactlyInAnyOrder(
                        "Ready", "LibvirtReachable", "HookActive", "ClockSynchronized", "MigrationReady");
        assertThat(status.conditions())
                .allSatisfy(condition -> assertThat(guide.text())
                        .contains("`" + condition.type() + "`", "`" + condition.reason() + "`"));
    }

    /** A policy makes the agents look; none of them has anything to write. */
    @Test
    void nothingIsWrittenWhenNothingHasChanged() {
        // given
        var node = machines.testbed.nodes().getFirst();
        machines.openTo(machines.namespace, "/var/lib/meridian/" + machines.namespace);
        var before = settled(node);

        for (int look = 0; look < 3; look++) {
            // when
            machines.testbed
                    .kubectl("label", "--overwrite", "hypervisorpolicy", machines.namespace, "look=" + look)
                    .orFail();

            // then
            Awaitility.await("a report to be over")
                    .pollDelay(Duration.ofSeconds(1))
                    .until(() -> true);
        }
        assertThat(hypervisor(node).getMetadata().getResourceVersion()).isEqualTo(before);
    }

    /** Its version when what the tests before changed has been told. */
    private String settled(Testbed.Node node) {
        var seen = new AtomicReference<>("");
        Awaitility.await("the report to be of now")
                .atMost(Duration.ofMinutes(1))
                .pollInterval(Duration.ofSeconds(2))
                .until(() -> {
                    var version = hypervisor(node).getMetadata().getResourceVersion();
                    return version.equals(seen.getAndSet(version));
                });
        return Objects.requireNonNull(seen.get());
    }

    private Hypervisor hypervisor(Testbed.Node node) {
        return machines.client.resources(Hypervisor.class).withName(node.name()).get();
    }
}
