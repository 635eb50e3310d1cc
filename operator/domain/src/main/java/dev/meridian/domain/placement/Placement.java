package dev.meridian.domain.placement;

import java.util.Optional;

/** Where a reservation may be bound, beyond what the machine's spec says. */
public sealed interface Placement {
    /** The one node, if there is only one. */
    default Optional<String> only() {
        return this instanceof Pin(var node) ? Optional.of(node) : Optional.empty();
    }

    /** On any node that takes machines. */
    record Anywhere() implements Placement {}

    /** On the node that has the stopped machine if it has room, else on any other that takes machines. */
    record Prefer(String nodeName) implements Placement {}

    /**
     * On the node where the machine runs, and nowhere else. Neither the label of hypervisors nor the machine's own
     * nodeSelector is asked for: the machine is there already.
     */
    record Pin(String nodeName) implements Placement {}
}
