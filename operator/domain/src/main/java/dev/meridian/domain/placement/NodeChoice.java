package dev.meridian.domain.placement;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which kinds of nodes have what a machine needs. Where none has it there is no choice: the agent of the one that gets the
 * machine says best what is wrong, and a pod that no node takes would have an autoscaler add nodes that do not help.
 *
 * @param kinds those that do, by their labels, where others do not
 * @param refused why the others do not, with their nodes
 */
public record NodeChoice(SortedSet<String> kinds, List<String> refused) {
    /** Nothing that is known speaks against any node. */
    public static final NodeChoice ANY = new NodeChoice(new TreeSet<>(), List.of());

    private static final int MOST_NAMED = 5;

    public NodeChoice {
        refused = List.copyOf(refused);
    }

    /** @param known the nodes of each kind */
    public static NodeChoice of(NodeNeeds needs, Map<HypervisorKind, ? extends Set<String>> known) {
        var suited = new TreeSet<String>();
        var lacking = new TreeMap<String, TreeSet<String>>();
        known.forEach((kind, nodes) -> needs.lacking(kind)
                .ifPresentOrElse(
                        why -> lacking.computeIfAbsent(why, _ -> new TreeSet<>())
                                .addAll(nodes),
                        () -> suited.add(kind.label())));
        if (suited.isEmpty() || lacking.isEmpty()) {
            return ANY;
        }
        var refused = new ArrayList<String>();
        lacking.forEach((why, nodes) -> refused.add("%s on %s".formatted(why, named(nodes))));
        return new NodeChoice(suited, refused);
    }

    private static String named(SortedSet<String> nodes) {
        var more = nodes.size() - MOST_NAMED;
        return nodes.stream().limit(MOST_NAMED).collect(joining(", "))
                + (more > 0 ? " and %d more".formatted(more) : "");
    }

    /** In a word that differs when the choice does; none when there is no choice to make. */
    String asked() {
        return refused.isEmpty() ? "" : " of kinds " + kinds;
    }

    /** A scheduler's refusal with what else is known. */
    ReservedPod.Refusal explained(ReservedPod.Refusal refusal) {
        return refused.isEmpty() || !refusal.reason().equals("Unschedulable")
                ? refusal
                : new ReservedPod.Refusal(refusal.reason(), refusal.message() + "; " + String.join("; ", refused));
    }
}
