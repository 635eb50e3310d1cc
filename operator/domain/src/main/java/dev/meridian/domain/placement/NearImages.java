package dev.meridian.domain.placement;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toCollection;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;

/** The nodes on which most of the images of a machine's disks are already, as far as a pod can name them. */
public final class NearImages {
    /** A node affinity names nodes one by one, and kube-scheduler compares each node with each of them. */
    private static final int MOST = 8;

    private NearImages() {}

    /**
     * Of many that have as much, other ones for another machine: those that come first would have all of them.
     *
     * @param uid of the machine
     * @param having the nodes that have each image
     */
    public static List<String> of(String uid, Collection<Set<String>> having) {
        var counts = having.stream().flatMap(Set::stream).collect(groupingBy(Function.identity(), counting()));
        var best = counts.values().stream().mapToLong(count -> count).max().orElse(0);
        var nodes = counts.entrySet().stream()
                .filter(node -> node.getValue() == best)
                .map(node -> node.getKey())
                .sorted()
                .collect(toCollection(ArrayList::new));
        Collections.shuffle(nodes, new Random(uid.hashCode()));
        return nodes.stream().limit(MOST).sorted().toList();
    }
}
