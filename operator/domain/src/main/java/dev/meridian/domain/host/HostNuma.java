package dev.meridian.domain.host;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The NUMA nodes of a host.
 *
 * @param nodes by the number of each CPU that is online; empty where the kernel tells of none
 */
public record HostNuma(Map<Integer, Integer> nodes) {
    public static final HostNuma NONE = new HostNuma(Map.of());

    public HostNuma {
        nodes = Map.copyOf(nodes);
    }

    /** On which a CPU lies. */
    public Optional<Integer> nodeOf(int cpu) {
        return Optional.ofNullable(nodes.get(cpu));
    }

    /** On which each of them lies, of those that lie on one that is known. */
    public List<Integer> nodesOf(Collection<Integer> cpus) {
        return cpus.stream().flatMap(cpu -> nodeOf(cpu).stream()).toList();
    }

    /** Those of one node after those of another; what lies on none that is known comes last. */
    public List<Integer> byNode(Collection<Integer> cpus) {
        return cpus.stream()
                .sorted(Comparator.<Integer>comparingInt(cpu -> nodeOf(cpu).orElse(Integer.MAX_VALUE))
                        .thenComparingInt(cpu -> cpu))
                .toList();
    }
}
