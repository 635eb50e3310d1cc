package dev.meridian.domain.placement;

import dev.meridian.api.v1alpha1.Reservation;
import java.util.Optional;

/** What is to stand in a machine's status about its place. */
record Assignment(Optional<String> nodeName, Optional<Reservation> reservation, Scheduling scheduling) {
    static Assignment unchanged(PlacementView view, Scheduling scheduling) {
        return new Assignment(view.nodeName(), view.reservation(), scheduling);
    }

    /** The machine holds no room; that it once did stays counted. */
    static Assignment withoutRoom(PlacementView view, Scheduling scheduling) {
        var attempt = view.attempt();
        return new Assignment(
                view.nodeName(),
                attempt == 0 ? Optional.empty() : Optional.of(new Reservation(null, null, null, attempt)),
                scheduling);
    }
}
