package dev.meridian.agent;

import dev.meridian.domain.host.CpuSet;
import dev.meridian.domain.host.HostNuma;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Set;
import java.util.regex.Pattern;

/** The node's NUMA nodes: by sysfs, which is the node's wherever it is mounted. */
final class NumaNodes {
    private static final Pattern NODE = Pattern.compile("node(\\d{1,4})");

    private final Path directory;

    NumaNodes(Path sysfs) {
        directory = sysfs.resolve("devices/system/node");
    }

    /** None of a kernel that knows no NUMA. */
    HostNuma read() {
        var nodes = new HashMap<Integer, Integer>();
        try (var entries = Files.newDirectoryStream(directory, "node*")) {
            for (var entry : entries) {
                var name = NODE.matcher(entry.getFileName().toString());
                if (name.matches()) {
                    var number = Integer.parseInt(name.group(1));
                    cpus(entry).forEach(cpu -> nodes.put(cpu, number));
                }
            }
        } catch (NoSuchFileException _) {
            return HostNuma.NONE;
        } catch (DirectoryIteratorException e) {
            throw new UncheckedIOException(e.getCause());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new HostNuma(nodes);
    }

    /** None of a node of memory alone. */
    private static Set<Integer> cpus(Path node) throws IOException {
        return CpuSet.read(Files.readString(node.resolve("cpulist")).strip())
                .<Set<Integer>>map(cpus -> cpus)
                .orElse(Set.of());
    }
}
