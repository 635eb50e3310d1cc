package dev.meridian.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.domain.host.HostNuma;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** By a tree as sysfs has it: machines that run tests have one NUMA node. */
class NumaNodesTest {
    @TempDir
    private Path sysfs;

    @Test
    void cpusAreOfTheNodesThatListThem() throws IOException {
        // given
        node("node0", "0-1,4\n");
        node("node10", "2\n");
        node("node2", "\n");
        Files.createDirectories(sysfs.resolve("devices/system/node/power"));
        // when
        var numa = new NumaNodes(sysfs).read();
        // then
        assertThat(numa).isEqualTo(new HostNuma(Map.of(0, 0, 1, 0, 2, 10, 4, 0)));
        assertThat(numa.byNode(List.of(1, 2, 3, 4))).containsExactly(1, 4, 2, 3);
    }

    @Test
    void kernelThatKnowsNoNumaTellsOfNone() {
        // when
        var numa = new NumaNodes(sysfs).read();
        // then
        assertThat(numa).isEqualTo(HostNuma.NONE);
    }

    private void node(String name, String cpus) throws IOException {
        var directory =
                Files.createDirectories(sysfs.resolve("devices/system/node").resolve(name));
        Files.writeString(directory.resolve("cpulist"), cpus);
    }
}
