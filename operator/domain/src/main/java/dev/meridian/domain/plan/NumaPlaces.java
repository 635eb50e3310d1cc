package dev.meridian.domain.plan;

import dev.meridian.api.v1alpha1.Numa;
import dev.meridian.domain.host.CpuSet;
import dev.meridian.domain.machine.MemoryShares;
import dev.meridian.domain.machine.NumaShape;
import dev.meridian.domain.metadata.MachineDocument;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * On which NUMA nodes of its host a guest lies that sees those. What a virtual CPU was told of where its memory is
 * stays true while it runs: it is moved only to CPUs of the same.
 */
public final class NumaPlaces {
    private static final long LEAST_MEBIBYTES =
            Quantity.getAmountInBytes(Quantity.parse(Numa.LEAST)).longValueExact() >> 20;

    private NumaPlaces() {}

    static boolean isOfHost(Situation s) {
        return s.machine().cpu().numa() instanceof NumaShape.OfHost;
    }

    /** What is wrong with the CPUs that are to be the guest's own. */
    static Optional<Problem> problem(Situation s) {
        if (!isOfHost(s)) {
            return Optional.empty();
        }
        var homeless = s.cpus().own().stream()
                .filter(cpu -> s.host().numa().nodeOf(cpu).isEmpty())
                .toList();
        if (!homeless.isEmpty()) {
            return Optional.of(new Problem(
                    "NumaNotOffered",
                    "spec.cpu.numa.guestMappingPassthrough: the kernel of node %s tells of no NUMA node of CPUs %s; leave it out, or choose other nodes with spec.nodeSelector"
                            .formatted(s.host().nodeName(), CpuSet.write(homeless))));
        }
        var vcpus = atStart(s).stream()
                .collect(Collectors.groupingBy(node -> node, TreeMap::new, Collectors.summingInt(_ -> 1)));
        return MemoryShares.of(s.machine(), List.copyOf(vcpus.values())).stream()
                        .anyMatch(mebibytes -> mebibytes < LEAST_MEBIBYTES)
                ? Optional.of(new Problem(
                        "NumaNodeTooSmall",
                        "spec.memory.guest: %s is too little for NUMA nodes %s of node %s, on which the guest's CPUs lie, each of which has %s and one huge page at least; give more, or leave spec.cpu.numa out"
                                .formatted(
                                        s.spec().memory().guest(),
                                        CpuSet.write(vcpus.keySet()),
                                        s.host().nodeName(),
                                        Numa.LEAST)))
                : Optional.empty();
    }

    /** By virtual CPU. */
    static List<Integer> atStart(Situation s) {
        return isOfHost(s)
                ? s.host()
                        .numa()
                        .nodesOf(CpuPlaces.atStart(s).stream()
                                .limit(s.machine().cpu().vcpus())
                                .toList())
                : List.of();
    }

    /** The guest's own CPUs by now in the order of the virtual ones; nothing where one of these has none of its NUMA node. */
    static Optional<List<Integer>> now(Situation s, MachineDocument document) {
        var numa = s.host().numa();
        var left = new LinkedHashSet<>(numa.byNode(s.cpus().own()));
        var placed = new ArrayList<Integer>();
        for (var node : document.vcpuNodes()) {
            var cpu = left.stream()
                    .filter(one -> numa.nodeOf(one).filter(node::equals).isPresent())
                    .findFirst();
            if (cpu.isEmpty()) {
                return Optional.empty();
            }
            left.remove(cpu.get());
            placed.add(cpu.get());
        }
        placed.addAll(left);
        return Optional.of(placed);
    }

    /**
     * The CPUs that kubelet has given the running guest and that it cannot have before its next start, since they lie on
     * other NUMA nodes than it was told of.
     */
    public static Optional<List<Integer>> awaitingStart(Situation s, MachineDocument document) {
        return isOfHost(s)
                        && !document.vcpuNodes().isEmpty()
                        && s.cpus().own().size() >= document.vcpuNodes().size()
                        && now(s, document).isEmpty()
                ? Optional.of(s.host().numa().byNode(s.cpus().own()))
                : Optional.empty();
    }
}
