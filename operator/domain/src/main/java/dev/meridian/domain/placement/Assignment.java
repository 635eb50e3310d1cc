package dev.meridian.domain.placement;

import dev.meridian.api.v1alpha1.Reservation;
import java.util.Optional;

/** What is to stand in a machine's status about its place. */
record Assignment(Optional<String> nodeName, Optional<Reservation> reservation, Scheduling scheduling) {
    static Assignment unchanged(PlacementView view, Scheduling scheduling) {
        return new Assignment(view.nodeName(), view.reservation(), scheduling);
    }

    /** On the node of the pod that holds its room. */
    static Assignment assigned(PlacementView view, ReservedPod held) {
        return held(view, held, Optional.empty());
    }

    /** The same, though the room is too small for the spec. */
    static Assignment held(PlacementView view, ReservedPod held, String lacks) {
        return held(view, held, Optional.of(lacks));
    }

    private static Assignment held(PlacementView view, ReservedPod held, Optional<String> lacks) {
        var node = held.nodeName().orElseThrow();
        return new Assignment(
                Optional.of(node),
                Optional.of(held.recorded(view.reservation())),
                new Scheduling.Reserved(held.name(), node, lacks));
    }

    /** On the node that has its domain. */
    static Assignment found(PlacementView view, String node) {
        var attempt = view.attempt();
        return new Assignment(
                Optional.of(node),
                view.reservation()
                        .or(() -> attempt == 0
                                ? Optional.empty()
                                : Optional.of(new Reservation(null, null, null, attempt, null))),
                new Scheduling.Found(node));
    }

    /** The machine holds no room; that it once did stays counted. */
    static Assignment withoutRoom(PlacementView view, Scheduling scheduling) {
        var attempt = view.attempt();
        return new Assignment(
                view.nodeName(),
                attempt == 0 ? Optional.empty() : Optional.of(new Reservation(null, null, null, attempt, null)),
                scheduling);
    }
}
