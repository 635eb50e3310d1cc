package dev.meridian.domain.placement;

import static java.util.stream.Collectors.joining;

import dev.meridian.api.v1alpha1.Meridian;
import dev.meridian.api.v1alpha1.MigrationPhase;
import dev.meridian.api.v1alpha1.Reservation;
import dev.meridian.api.v1alpha1.VirtualMachineMigration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The next step towards a machine's place. Whatever was interrupted is found again by looking: every step is decided
 * from the object, its pods and what nodes report alone.
 */
public final class PlacementPlanner {
    private PlacementPlanner() {}

    public static PlacementStep next(PlacementView view) {
        var parts = Stream.<Supplier<Optional<PlacementStep>>>of(
                () -> view.hasFinalizer() ? MigrationPlanner.next(view) : Optional.empty(),
                () -> Optional.of(placed(view)),
                () -> view.hasFinalizer() ? Evacuations.next(view) : Optional.empty(),
                () -> view.hasFinalizer() ? DisruptionBudget.next(view) : Optional.empty());
        var wait = Optional.<Instant>empty();
        for (var part : parts.toList()) {
            switch (part.get().orElseGet(PlacementStep.Settled::new)) {
                case PlacementStep.Act act -> {
                    return act;
                }
                case PlacementStep.Wait(var until) ->
                    wait = Optional.of(wait.filter(until::isAfter).orElse(until));
                case PlacementStep.Settled() -> {}
            }
        }
        return wait.<PlacementStep>map(PlacementStep.Wait::new).orElseGet(PlacementStep.Settled::new);
    }

    private static PlacementStep placed(PlacementView view) {
        var gone = view.migration()
                .filter(_ -> view.hasFinalizer())
                .filter(migration -> MigrationPlanner.isAway(migration) || goesOnWithoutItsNode(view, migration));
        if (gone.isPresent()) {
            return handedOver(view, gone.get());
        }
        var dead = view.first(pod ->
                view.hasFinalizer() && view.isFenced() && pod.nodeName().equals(view.recordedNode()) && isHeld(pod));
        if (dead.isPresent()) {
            return new PlacementStep.DeletePod(dead.get());
        }
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

    /** Its node is dead. What that kept of it may not be whole at the other: then it waits for its node. */
    private static boolean goesOnWithoutItsNode(PlacementView view, VirtualMachineMigration migration) {
        return view.isFenced() && view.localState().isEmpty() && Migrations.phase(migration) == MigrationPhase.Running;
    }

    /** The guest is at another node, or was to be: the machine follows when the node that it left has released it. */
    private static PlacementStep handedOver(PlacementView view, VirtualMachineMigration migration) {
        var status = Migrations.status(migration);
        var from = Objects.requireNonNull(status.sourceNodeName());
        var to = Objects.requireNonNull(status.targetNodeName());
        var reservation = reservation(view, Objects.requireNonNull(status.reservation()));
        var pod = Objects.requireNonNullElse(reservation.podName(), "");
        if (view.isFenced() || (view.reservation().equals(Optional.of(reservation)) && view.isReleased())) {
            return view.told(
                    new Assignment(
                            Optional.of(to),
                            Optional.of(reservation),
                            new Scheduling.Reserved(pod, to, Optional.empty())),
                    PlacementStep.Settled::new);
        }
        return view.told(
                new Assignment(Optional.of(from), Optional.of(reservation), new Scheduling.Moving(pod, from, to)),
                PlacementStep.Settled::new);
    }

    /** Later than any that the node may have released the machine for. */
    private static Reservation reservation(PlacementView view, Reservation target) {
        var recorded = view.reservation();
        var isRecorded = recorded.map(Reservation::podUID).equals(Optional.ofNullable(target.podUID()));
        var attempt = isRecorded
                ? recorded.get().attempt()
                : Math.max(target.attempt(), recorded.map(Reservation::attempt).orElse(0L) + 1);
        return new Reservation(target.podName(), target.podUID(), target.nodeName(), attempt, target.machineClass());
    }

    private static PlacementStep towardsItsPlace(PlacementView view) {
        if (view.isMislaid()) {
            return found(view, view.nodeName().orElseThrow());
        }
        if (view.isOccupied()) {
            return keepRoom(view, view.nodeName().orElseThrow());
        }
        if (view.isBeingTakenOver()) {
            return unchanged(view);
        }
        if (view.isBare()) {
            return bare(view);
        }
        return offMachine(view);
    }

    private static PlacementStep offMachine(PlacementView view) {
        return switch (view.wish()) {
            case Up -> place(view);
            case AtRest -> rest(view);
            case Unknown -> unchanged(view);
        };
    }

    private static PlacementStep letGo(PlacementView view) {
        if (view.nodeName().isPresent() && !view.isReleased() && !view.isForgotten()) {
            return unchanged(view);
        }
        if (view.isBare() && !view.isForgotten()) {
            var mayRun = view.best(pod -> pod.nodeName().isPresent() && !isOver(pod))
                    .flatMap(ReservedPod::nodeName)
                    .map(node -> found(view, node))
                    .or(() -> view.bareUntil().map(PlacementStep.Wait::new));
            if (mayRun.isPresent()) {
                return mayRun.get();
            }
        }
        return view.first(PlacementPlanner::isHeld)
                .<PlacementStep>map(PlacementStep.DeletePod::new)
                .orElseGet(PlacementStep.RemoveFinalizer::new);
    }

    private static PlacementStep unchanged(PlacementView view) {
        return view.told(Assignment.unchanged(view, new Scheduling.Unchanged()), PlacementStep.Settled::new);
    }

    private static PlacementStep found(PlacementView view, String node) {
        return view.told(Assignment.found(view, node), PlacementStep.Settled::new);
    }

    /** A pod that is or was bound says where the machine may run; without any, a node may still say so. */
    private static PlacementStep bare(PlacementView view) {
        var held = view.best(pod -> pod.boundTo().isPresent() && view.covers(pod));
        if (held.isPresent()) {
            return view.told(Assignment.assigned(view, held.get()), () -> clear(view, held.get()));
        }
        return view.best(pod -> pod.nodeName().isPresent() && pod.state() instanceof ReservedPod.State.Ending)
                .flatMap(ReservedPod::nodeName)
                .map(node -> found(view, node))
                .or(() -> view.bareUntil().map(PlacementStep.Wait::new))
                .orElseGet(() -> offMachine(view));
    }

    private static PlacementStep rest(PlacementView view) {
        if (view.nodeName().isPresent() && !view.isOffByItsAgent() && !view.isFenced()) {
            return unchanged(view);
        }
        return view.first(PlacementPlanner::isHeld)
                .<PlacementStep>map(PlacementStep.DeletePod::new)
                .orElseGet(() -> view.told(
                        Assignment.withoutRoom(view, new Scheduling.NotNeeded()), PlacementStep.Settled::new));
    }

    /** The guest runs: its room is on its node, or is sought there and nowhere else. */
    private static PlacementStep keepRoom(PlacementView view, String home) {
        var suited = view.best(pod -> isBoundTo(pod, home) && view.covers(pod));
        if (suited.isPresent()) {
            return view.told(Assignment.assigned(view, suited.get()), () -> clear(view, suited.get()));
        }
        var pin = new Placement.Pin(home);
        var held = view.best(pod -> isBoundTo(pod, home));
        if (held.isPresent()) {
            return grow(view, pin, held.get());
        }
        return view.vacating()
                .map(pod -> vacate(view, pod, home))
                .orElseGet(() -> new Search(view, pin, Optional.empty()).next());
    }

    /** A replacement would keep the machine where it is not to be. */
    private static PlacementStep vacate(PlacementView view, ReservedPod pod, String home) {
        var why = pod.vacates().orElseThrow();
        return view.told(
                Assignment.unchanged(view, new Scheduling.Vacating(pod.name(), home, why)), PlacementStep.Settled::new);
    }

    /** The spec asks for more than is held: the larger room is taken before the smaller one is left. */
    private static PlacementStep grow(PlacementView view, Placement pin, ReservedPod held) {
        var lowered = view.best(pod -> pod.boundTo().isPresent() && view.wasMadeFor(pod, pin));
        if (lowered.isPresent()) {
            var assignment =
                    Assignment.held(view, lowered.get(), lowered(lowered.get()).message());
            return view.told(assignment, () -> clear(view, lowered.get()));
        }
        return new Search(view, pin, Optional.of(held)).next();
    }

    private static PlacementStep place(PlacementView view) {
        var home = view.nodeName();
        var placement = placement(view, home);
        var held = view.best(pod -> pod.boundTo().isPresent()
                && view.covers(pod)
                && placement.only().or(pod::boundTo).equals(pod.boundTo()));
        if (held.isPresent()) {
            return assign(view, held.get(), held.get().boundTo().orElseThrow());
        }
        return view.first(pod -> pod.boundTo().isPresent())
                .map(unsuited -> replace(view, placement, unsuited))
                .orElseGet(() -> new Search(view, placement, Optional.empty()).next());
    }

    private static Placement placement(PlacementView view, Optional<String> home) {
        var keeps = home.flatMap(_ -> kept(view));
        if (keeps.isPresent()) {
            return view.namedNode().equals(home)
                    ? new Placement.Named(home.get(), keeps)
                    : new Placement.Require(home.get(), keeps.get());
        }
        if (view.namedNode().isPresent()) {
            return new Placement.Named(view.namedNode().get(), Optional.empty());
        }
        return home.filter(_ -> !view.isEvicted())
                .<Placement>map(Placement.Prefer::new)
                .orElseGet(Placement.Anywhere::new);
    }

    /** What its node has of it without which it starts nowhere else. */
    private static Optional<String> kept(PlacementView view) {
        if (view.isHibernated()) {
            return Optional.of("the memory of the hibernated machine, which can go on nowhere else");
        }
        return view.localState().isEmpty()
                ? Optional.empty()
                : Optional.of("the machine's %s, without which it starts nowhere else"
                        .formatted(view.localState().stream().map(Enum::name).collect(joining(" and "))));
    }

    /** The spec has grown, or somebody has lowered the pod's requests on their way and will do it again. */
    private static PlacementStep replace(PlacementView view, Placement placement, ReservedPod unsuited) {
        if (!view.asksFor(unsuited, placement)) {
            return new PlacementStep.DeletePod(unsuited);
        }
        var refusal = lowered(unsuited);
        return view.told(
                Assignment.withoutRoom(view, new Scheduling.Refused(refusal)),
                () -> new PlacementStep.DiscardPod(unsuited, refusal));
    }

    private static ReservedPod.Refusal lowered(ReservedPod pod) {
        return new ReservedPod.Refusal(
                "ReservationTooSmall",
                "pod \"" + pod.name() + "\" was created with enough requests and has fewer; exempt pods with label "
                        + Meridian.MACHINE_LABEL + " from what changes requests");
    }

    /** A machine that a node has moves only when that node, knowing of the new reservation, has released it; or is dead. */
    private static PlacementStep assign(PlacementView view, ReservedPod held, String node) {
        var home = view.nodeName().orElse(node);
        var recorded = Optional.of(recorded(view, held));
        if (home.equals(node) || view.isFenced() || (view.reservation().equals(recorded) && view.isReleased())) {
            return view.told(Assignment.assigned(view, held), () -> clear(view, held));
        }
        var moving = new Assignment(Optional.of(home), recorded, new Scheduling.Moving(held.name(), home, node));
        return view.told(moving, () -> clear(view, held));
    }

    private static Reservation recorded(PlacementView view, ReservedPod held) {
        return held.recorded(view.reservation());
    }

    /** One reservation is enough. */
    private static PlacementStep clear(PlacementView view, ReservedPod held) {
        return view.first(pod -> !pod.uid().equals(held.uid()) && !(pod.state() instanceof ReservedPod.State.Ending))
                .<PlacementStep>map(PlacementStep.DeletePod::new)
                .orElseGet(PlacementStep.Settled::new);
    }

    private static boolean isBoundTo(ReservedPod pod, String node) {
        return pod.boundTo().equals(Optional.of(node));
    }

    private static boolean isOver(ReservedPod pod) {
        return pod.state() instanceof ReservedPod.State.Rejected;
    }

    /** Somebody else's deletion leaves the container its whole grace; a second one shortens what the API shows. */
    private static boolean isHeld(ReservedPod pod) {
        return !(pod.state() instanceof ReservedPod.State.Ending(var grace)) || grace > 1;
    }
}
