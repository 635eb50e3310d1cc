package dev.meridian.domain.placement;

import java.util.Optional;

/** Where a reservation may be bound, beyond what the machine's spec says. */
public sealed interface Placement {
    /** The one node on which room is of any use, if there is only one. */
    default Optional<String> only() {
        return switch (this) {
            case Anywhere(), Prefer(var _) -> Optional.empty();
            case Named(var node, var keeps) -> keeps.map(_ -> node);
            case Require(var node, var _) -> Optional.of(node);
            case Pin(var node) -> Optional.of(node);
            case Elsewhere(var _, var node) -> node;
        };
    }

    /** The node to which the pod is bound from its creation on, without a scheduler. */
    default Optional<String> bound() {
        return switch (this) {
            case Named(var node, var _) -> Optional.of(node);
            case Anywhere(), Prefer(var _), Require(var _, var _), Pin(var _), Elsewhere(var _, var _) ->
                Optional.empty();
        };
    }

    /** Who says whether the pod has room there. */
    default String judge() {
        return bound().map(node -> "the kubelet of node \"" + node + "\"").orElse("kube-scheduler");
    }

    /** A refusal in words that say why it cannot be another node. */
    default ReservedPod.Refusal explained(ReservedPod.Refusal refusal) {
        return switch (this) {
            case Anywhere(), Prefer(var _), Pin(var _), Elsewhere(var _, var _) -> refusal;
            case Named(var node, var keeps) ->
                refusal.isByKubelet() ? NamedNode.explained(node, keeps, refusal) : refusal;
            case Require(var node, var keeps) ->
                new ReservedPod.Refusal(
                        refusal.reason(),
                        "node \"%s\" keeps %s; make room there: %s".formatted(node, keeps, refusal.message()));
        };
    }

    /** On any node that takes machines. */
    record Anywhere() implements Placement {}

    /**
     * On the node that the spec names, if it takes machines and kubelet takes the pod; no scheduler is asked.
     *
     * @param keeps what that node keeps without which the machine starts nowhere else
     */
    record Named(String nodeName, Optional<String> keeps) implements Placement {}

    /** On the node that has the stopped machine if it has room, else on any other that takes machines. */
    record Prefer(String nodeName) implements Placement {}

    /**
     * On the node that keeps what the machine cannot do without, if it takes machines.
     *
     * @param keeps what that is
     */
    record Require(String nodeName, String keeps) implements Placement {}

    /**
     * On the node where the machine runs, and nowhere else. Neither the label of hypervisors nor the machine's own
     * nodeSelector is asked for: the machine is there already.
     */
    record Pin(String nodeName) implements Placement {}

    /**
     * On another node than the one where the machine runs, if it takes machines.
     *
     * @param wished the one
     */
    record Elsewhere(String from, Optional<String> wished) implements Placement {}
}
