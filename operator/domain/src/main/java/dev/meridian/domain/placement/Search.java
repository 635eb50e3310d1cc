package dev.meridian.domain.placement;

import dev.meridian.api.v1alpha1.ConditionStatus;
import dev.meridian.domain.status.Conditions;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The way to a reservation.
 *
 * @param held the pod that holds the machine's room meanwhile, too small for what its spec asks for by now
 */
record Search(PlacementView view, Placement placement, Optional<ReservedPod> held) {
    /** kube-scheduler binds within milliseconds; creation times are whole seconds. */
    static final Duration USUAL = Duration.ofSeconds(2);

    PlacementStep next() {
        var unsuited = view.first(pod -> pod.isWaiting() && !view.asksFor(pod, placement));
        if (unsuited.isPresent()) {
            return new PlacementStep.DeletePod(unsuited.get());
        }
        var waiting = view.best(ReservedPod::isWaiting);
        if (waiting.isPresent()) {
            return await(waiting.get());
        }
        var rejected = view.first(pod -> pod.state() instanceof ReservedPod.State.Rejected);
        if (rejected.isPresent() && rejected.get().state() instanceof ReservedPod.State.Rejected(var refusal)) {
            return view.told(refused(refusal), () -> new PlacementStep.DiscardPod(rejected.get(), refusal));
        }
        var closed = view.refusal(placement);
        if (closed.isPresent()) {
            return view.told(unplaced(closed.get()), PlacementStep.Settled::new);
        }
        return view.activeSetback(placement)
                .map(setback -> view.told(refused(setback.last()), () -> new PlacementStep.Wait(setback.until())))
                .orElseGet(() -> new PlacementStep.CreatePod(
                        ReservationPod.of(view.vm(), view.attempt() + 1, placement, view.options())));
    }

    private PlacementStep await(ReservedPod waiting) {
        var usual = waiting.createdAt().plus(USUAL);
        return view.told(
                awaiting(waiting, usual),
                () -> view.now().isBefore(usual) ? new PlacementStep.Wait(usual) : new PlacementStep.Settled());
    }

    private Assignment awaiting(ReservedPod waiting, Instant usual) {
        if (waiting.state() instanceof ReservedPod.State.Waiting(var refusal) && refusal.isPresent()) {
            return held.isPresent()
                    ? refused(refusal.get())
                    : Assignment.unchanged(view, new Scheduling.Refused(explained(refusal.get())));
        }
        return Assignment.unchanged(
                view,
                view.now().isBefore(usual) || held.isPresent() || saysWhyNot()
                        ? new Scheduling.Unchanged()
                        : new Scheduling.Pending(waiting.name(), placement.judge()));
    }

    private ReservedPod.Refusal explained(ReservedPod.Refusal refusal) {
        return placement.explained(view.options().nodes().explained(refusal));
    }

    /** An earlier refusal stands until there is something better to say. */
    private boolean saysWhyNot() {
        return Conditions.find(view.conditions(), PlacementStatuses.SCHEDULED)
                .filter(c -> c.status() == ConditionStatus.False && !c.reason().equals("NotNeeded"))
                .isPresent();
    }

    private Assignment refused(ReservedPod.Refusal refusal) {
        var explained = explained(refusal);
        if (held.isPresent()) {
            return Assignment.held(
                    view,
                    held.get(),
                    "the changed spec asks for more and waits for room: %s: %s"
                            .formatted(explained.reason(), explained.message()));
        }
        return view.isOccupied() ? Assignment.unchanged(view, new Scheduling.Refused(explained)) : unplaced(explained);
    }

    private Assignment unplaced(ReservedPod.Refusal refusal) {
        return Assignment.withoutRoom(view, new Scheduling.Refused(refusal));
    }
}
