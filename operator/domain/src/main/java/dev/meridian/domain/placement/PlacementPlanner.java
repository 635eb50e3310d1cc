package dev.meridian.domain.placement;

import dev.meridian.api.v1alpha1.ConditionStatus;
import dev.meridian.api.v1alpha1.Meridian;
import dev.meridian.api.v1alpha1.Reservation;
import dev.meridian.domain.status.Conditions;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The next step towards a machine's place. Whatever was interrupted is found again by looking: every step is decided
 * from the object and its pods alone.
 */
public final class PlacementPlanner {
    /** kube-scheduler binds within milliseconds; creation times are whole seconds. */
    private static final Duration USUAL = Duration.ofSeconds(2);

    private PlacementPlanner() {}

    public static PlacementStep next(PlacementView view) {
        if (view.isDeleted()) {
            return view.hasFinalizer() ? letGo(view) : new PlacementStep.Settled();
        }
        if (view.namespaceEnds()) {
            return new PlacementStep.DeleteMachine();
        }
        var step = towardsItsPlace(view);
        // The finalizer comes before a node hears of the machine; while kube-scheduler binds the pod there is time.
        return view.hasFinalizer() || step instanceof PlacementStep.CreatePod ? step : new PlacementStep.AddFinalizer();
    }

    private static PlacementStep towardsItsPlace(PlacementView view) {
        if (view.isOccupied()) {
            return keepRoom(view, view.nodeName().orElseThrow());
        }
        return view.isHalted() ? rest(view) : place(view);
    }

    private static PlacementStep letGo(PlacementView view) {
        if (view.nodeName().isPresent() && !view.isReleased() && !view.isForgotten()) {
            return told(view, Assignment.unchanged(view, new Scheduling.Unchanged()), PlacementStep.Settled::new);
        }
        return first(view.pods(), PlacementPlanner::isHeld)
                .<PlacementStep>map(PlacementStep.DeletePod::new)
                .orElseGet(PlacementStep.RemoveFinalizer::new);
    }

    private static PlacementStep rest(PlacementView view) {
        if (view.nodeName().isPresent() && !view.isOffByItsAgent()) {
            return told(view, Assignment.unchanged(view, new Scheduling.Unchanged()), PlacementStep.Settled::new);
        }
        return first(view.pods(), PlacementPlanner::isHeld)
                .<PlacementStep>map(PlacementStep.DeletePod::new)
                .orElseGet(() -> told(
                        view, Assignment.withoutRoom(view, new Scheduling.NotNeeded()), PlacementStep.Settled::new));
    }

    /** The guest runs: its room is on its node, or is sought there and nowhere else. */
    private static PlacementStep keepRoom(PlacementView view, String home) {
        var held = best(view, pod -> pod.boundTo().equals(Optional.of(home)));
        return held.isPresent()
                ? told(view, assigned(view, home, held.get()), () -> clear(view, held.get()))
                : seek(view, new Placement.Pin(home));
    }

    private static PlacementStep place(PlacementView view) {
        var held = best(view, pod -> pod.boundTo().isPresent() && view.covers(pod));
        if (held.isPresent()) {
            return assign(view, held.get(), held.get().boundTo().orElseThrow());
        }
        var placement = view.nodeName().<Placement>map(Placement.Prefer::new).orElseGet(Placement.Anywhere::new);
        return first(view.pods(), pod -> pod.boundTo().isPresent())
                .map(tooSmall -> replace(view, placement, tooSmall))
                .orElseGet(() -> seek(view, placement));
    }

    /** The spec has grown, or somebody has lowered the pod's requests on their way and will do it again. */
    private static PlacementStep replace(PlacementView view, Placement placement, ReservedPod tooSmall) {
        if (!view.asksFor(tooSmall, placement)) {
            return new PlacementStep.DeletePod(tooSmall);
        }
        var refusal = new ReservedPod.Refusal(
                "ReservationTooSmall",
                "pod \"" + tooSmall.name()
                        + "\" was created with enough requests and has fewer; exempt pods with label "
                        + Meridian.MACHINE_LABEL + " from what changes requests");
        return told(view, refused(view, refusal), () -> new PlacementStep.DiscardPod(tooSmall, refusal));
    }

    /** A machine that a node has moves only when that node, knowing of the new reservation, has released it. */
    private static PlacementStep assign(PlacementView view, ReservedPod held, String node) {
        var home = view.nodeName().orElse(node);
        var isRecorded = view.reservation().equals(Optional.of(recorded(view, held)));
        if (home.equals(node) || (isRecorded && view.isReleased())) {
            return told(view, assigned(view, node, held), () -> clear(view, held));
        }
        var moving = new Assignment(
                Optional.of(home), Optional.of(recorded(view, held)), new Scheduling.Moving(held.name(), home, node));
        return told(view, moving, () -> clear(view, held));
    }

    private static PlacementStep seek(PlacementView view, Placement placement) {
        var unsuited = first(view.pods(), pod -> pod.isWaiting() && !view.asksFor(pod, placement));
        if (unsuited.isPresent()) {
            return new PlacementStep.DeletePod(unsuited.get());
        }
        var waiting = best(view, ReservedPod::isWaiting);
        if (waiting.isPresent()) {
            return await(view, waiting.get());
        }
        var rejected = first(view.pods(), pod -> pod.state() instanceof ReservedPod.State.Rejected);
        if (rejected.isPresent() && rejected.get().state() instanceof ReservedPod.State.Rejected(var refusal)) {
            return told(view, refused(view, refusal), () -> new PlacementStep.DiscardPod(rejected.get(), refusal));
        }
        return view.activeSetback()
                .map(setback ->
                        told(view, refused(view, setback.last()), () -> new PlacementStep.Wait(setback.until())))
                .orElseGet(() -> new PlacementStep.CreatePod(
                        ReservationPod.of(view.vm(), view.attempt() + 1, placement, view.options())));
    }

    private static PlacementStep await(PlacementView view, ReservedPod waiting) {
        var usual = waiting.createdAt().plus(USUAL);
        return told(
                view,
                Assignment.unchanged(view, awaiting(view, waiting, usual)),
                () -> view.now().isBefore(usual) ? new PlacementStep.Wait(usual) : new PlacementStep.Settled());
    }

    private static Scheduling awaiting(PlacementView view, ReservedPod waiting, Instant usual) {
        if (waiting.state() instanceof ReservedPod.State.Waiting(var refusal) && refusal.isPresent()) {
            return new Scheduling.Refused(refusal.get());
        }
        return view.now().isBefore(usual) || saysWhyNot(view)
                ? new Scheduling.Unchanged()
                : new Scheduling.Pending(waiting.name());
    }

    /** An earlier refusal stands until there is something better to say. */
    private static boolean saysWhyNot(PlacementView view) {
        return Conditions.find(view.conditions(), PlacementStatuses.SCHEDULED)
                .filter(c -> c.status() == ConditionStatus.False && !c.reason().equals("NotNeeded"))
                .isPresent();
    }

    private static Assignment assigned(PlacementView view, String node, ReservedPod held) {
        return new Assignment(
                Optional.of(node), Optional.of(recorded(view, held)), new Scheduling.Reserved(held.name(), node));
    }

    private static Reservation recorded(PlacementView view, ReservedPod held) {
        return held.recorded(view.reservation());
    }

    private static Assignment refused(PlacementView view, ReservedPod.Refusal refusal) {
        return view.isOccupied()
                ? Assignment.unchanged(view, new Scheduling.Refused(refusal))
                : Assignment.withoutRoom(view, new Scheduling.Refused(refusal));
    }

    /** One reservation is enough. */
    private static PlacementStep clear(PlacementView view, ReservedPod held) {
        return first(
                        view.pods(),
                        pod -> !pod.uid().equals(held.uid()) && !(pod.state() instanceof ReservedPod.State.Ending))
                .<PlacementStep>map(PlacementStep.DeletePod::new)
                .orElseGet(PlacementStep.Settled::new);
    }

    private static PlacementStep told(PlacementView view, Assignment assignment, Supplier<PlacementStep> then) {
        var status = PlacementStatuses.of(view, assignment);
        return PlacementStatuses.stand(status, view)
                ? then.get()
                : new PlacementStep.WriteStatus(status, PlacementStatuses.warning(view, assignment));
    }

    /** The pod on the machine's node, else the recorded one, else the newest. */
    private static Optional<ReservedPod> best(PlacementView view, Predicate<ReservedPod> isSuited) {
        var recorded = view.reservation().map(Reservation::podUID);
        return view.pods().stream()
                .filter(isSuited)
                .max(Comparator.comparingInt((ReservedPod pod) -> isAtHome(view, pod) ? 1 : 0)
                        .thenComparingInt(pod -> recorded.equals(Optional.of(pod.uid())) ? 1 : 0)
                        .thenComparingLong(ReservedPod::attempt));
    }

    private static boolean isAtHome(PlacementView view, ReservedPod pod) {
        return pod.boundTo().isPresent() && pod.boundTo().equals(view.nodeName());
    }

    private static Optional<ReservedPod> first(List<ReservedPod> pods, Predicate<ReservedPod> predicate) {
        return pods.stream().filter(predicate).findFirst();
    }

    /** Somebody else's deletion leaves the container its whole grace; a second one shortens what the API shows. */
    private static boolean isHeld(ReservedPod pod) {
        return !(pod.state() instanceof ReservedPod.State.Ending(var grace)) || grace > 1;
    }
}
