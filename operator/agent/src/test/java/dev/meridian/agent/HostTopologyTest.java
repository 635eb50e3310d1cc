package dev.meridian.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.HypervisorHugepages;
import dev.meridian.api.v1alpha1.HypervisorNuma;
import io.fabric8.kubernetes.api.model.Quantity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What sysfs says of NUMA nodes and huge pages. */
class HostTopologyTest {
    private @TempDir Path sysfs;

    @Test
    void nodesAndPagesAreToldInOrder() throws IOException {
        // given
        write("devices/system/node/node10/cpulist", "\n");
        write("devices/system/node/node10/meminfo", "Node 10 MemTotal:       1024 kB\nNode 10 MemFree:  1 kB\n");
        write("devices/system/node/node2/cpulist", "0-3,8\n");
        write("devices/system/node/node2/meminfo", "Node 2 MemTotal:       12674844 kB\n");
        write("devices/system/node/node2/hugepages/hugepages-1048576kB/nr_hugepages", "0\n");
        write("devices/system/node/node2/hugepages/hugepages-2048kB/nr_hugepages", "64\n");
        write("devices/system/node/possible", "0-10\n");
        write("kernel/mm/hugepages/hugepages-2048kB/nr_hugepages", "64\n");
        write("kernel/mm/hugepages/hugepages-64kB/nr_hugepages", "7\n");

        // when
        var topology = new HostTopology(sysfs);

        // then
        assertThat(topology.numa())
                .containsExactly(
                        new HypervisorNuma(
                                2,
                                "0-3,8",
                                new Quantity("12674844Ki"),
                                List.of(new HypervisorHugepages("2Mi", 64L), new HypervisorHugepages("1Gi", 0L))),
                        new HypervisorNuma(10, null, new Quantity("1Mi"), List.of()));
        assertThat(topology.hugepages())
                .containsExactly(new HypervisorHugepages("64Ki", 7L), new HypervisorHugepages("2Mi", 64L));
    }

    @Test
    void kernelThatKnowsNeitherHasNone() {
        // when
        var topology = new HostTopology(sysfs);

        // then
        assertThat(topology.numa()).isEmpty();
        assertThat(topology.hugepages()).isEmpty();
    }

    private void write(String file, String content) throws IOException {
        Files.createDirectories(sysfs.resolve(file).getParent());
        Files.writeString(sysfs.resolve(file), content);
    }
}
