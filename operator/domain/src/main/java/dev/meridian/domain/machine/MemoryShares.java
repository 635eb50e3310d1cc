package dev.meridian.domain.machine;

import java.util.List;
import java.util.stream.IntStream;

/** How all the memory that a guest has from its start is shared out over its NUMA nodes. */
public final class MemoryShares {
    private MemoryShares() {}

    /**
     * In MiB by node: in whole pages; the first have what cannot be shared out.
     *
     * @param weights of the nodes
     */
    public static List<Long> of(Machine machine, List<Integer> weights) {
        var page = machine.hugePages().map(HugePageSizes::mebibytes).orElse(1L);
        var pages = machine.memoryMebibytes() / page;
        var all = weights.stream().mapToLong(weight -> weight).sum();
        var shares = weights.stream().map(weight -> pages * weight / all).toList();
        var left = pages - shares.stream().mapToLong(share -> share).sum();
        return IntStream.range(0, shares.size())
                .mapToObj(node -> (shares.get(node) + (node < left ? 1 : 0)) * page)
                .toList();
    }
}
