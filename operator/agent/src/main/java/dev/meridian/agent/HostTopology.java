package dev.meridian.agent;

import dev.meridian.api.v1alpha1.HypervisorHugepages;
import dev.meridian.api.v1alpha1.HypervisorNuma;
import io.fabric8.kubernetes.api.model.Quantity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The node's NUMA nodes and huge pages as its kernel has them: what there is, not what is free, which changes all the time. */
final class HostTopology {
    private static final Pattern NODE = Pattern.compile("node(\\d{1,4})");
    private static final Pattern PAGES = Pattern.compile("hugepages-(\\d{1,10})kB");
    private static final Pattern MEMORY = Pattern.compile("MemTotal:\\s+(\\d{1,18}) kB");

    private final Path sysfs;

    HostTopology(Path sysfs) {
        this.sysfs = sysfs;
    }

    /** By their numbers; none of a kernel that knows no NUMA. */
    List<HypervisorNuma> numa() {
        var found = new ArrayList<HypervisorNuma>();
        for (var directory : entries(sysfs.resolve("devices/system/node"), "node*")) {
            var name = NODE.matcher(directory.getFileName().toString());
            if (name.matches()) {
                var cpus = text(directory.resolve("cpulist"));
                found.add(new HypervisorNuma(
                        Integer.parseInt(name.group(1)),
                        cpus.isEmpty() ? null : cpus,
                        memory(directory),
                        pages(directory.resolve("hugepages"))));
            }
        }
        found.sort(Comparator.comparing(HypervisorNuma::id));
        return found;
    }

    /** By their size; none of a kernel that has none. */
    List<HypervisorHugepages> hugepages() {
        return pages(sysfs.resolve("kernel/mm/hugepages"));
    }

    private static List<HypervisorHugepages> pages(Path directory) {
        var counts = new TreeMap<Long, Long>();
        for (var entry : entries(directory, "hugepages-*")) {
            var name = PAGES.matcher(entry.getFileName().toString());
            if (name.matches()) {
                counts.put(Long.parseLong(name.group(1)), Long.parseLong(text(entry.resolve("nr_hugepages"))));
            }
        }
        return counts.entrySet().stream()
                .map(size -> new HypervisorHugepages(size(size.getKey()), size.getValue()))
                .toList();
    }

    private static String size(long kibibytes) {
        if (kibibytes % (1 << 20) == 0) {
            return (kibibytes >> 20) + "Gi";
        }
        return kibibytes % (1 << 10) == 0 ? (kibibytes >> 10) + "Mi" : kibibytes + "Ki";
    }

    private static Quantity memory(Path node) {
        var total = MEMORY.matcher(text(node.resolve("meminfo")));
        return new Quantity(total.find() ? total.group(1) : "0", "Ki");
    }

    private static List<Path> entries(Path directory, String glob) {
        try (var entries = Files.newDirectoryStream(directory, glob)) {
            var all = new ArrayList<Path>();
            entries.forEach(all::add);
            return all;
        } catch (NoSuchFileException _) {
            return List.of();
        } catch (DirectoryIteratorException e) {
            throw new UncheckedIOException(e.getCause());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
