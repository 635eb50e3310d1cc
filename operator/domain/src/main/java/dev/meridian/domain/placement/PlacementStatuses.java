package dev.meridian.domain.placement;

import dev.meridian.api.v1alpha1.Condition;
import dev.meridian.api.v1alpha1.ConditionStatus;
import dev.meridian.api.v1alpha1.FencedNode;
import dev.meridian.api.v1alpha1.LastStop;
import dev.meridian.api.v1alpha1.Meridian;
import dev.meridian.api.v1alpha1.Power;
import dev.meridian.api.v1alpha1.PowerState;
import dev.meridian.api.v1alpha1.Reservation;
import dev.meridian.api.v1alpha1.VirtualMachineStatus;
import dev.meridian.domain.life.Evacuating;
import dev.meridian.domain.life.MigrationRoom;
import dev.meridian.domain.life.StopReason;
import dev.meridian.domain.life.Verbs;
import dev.meridian.domain.status.Conditions;
import dev.meridian.domain.status.Conditions.Decided;
import dev.meridian.domain.status.MachineEvents.MachineEvent;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The controller's part of a machine's status: all of it each time, for what a field manager leaves out of an apply is
 * taken away. Ready and its company are in it until the agent has them, and again when the agent's Lease has expired.
 */
final class PlacementStatuses {
    static final String SCHEDULED = "Scheduled";
    static final String READY = "Ready";
    static final String AGENT_LOST = "AgentLost";

    private static final int MOST_FENCED = 8;

    private PlacementStatuses() {}

    static VirtualMachineStatus of(PlacementView view, Assignment assignment) {
        var summary = switch (Speaker.of(view, assignment)) {
            case Agent -> Summary.NONE;
            case LostAgent -> lost(view, assignment);
            case Nobody -> Summary.asItStands(view);
            case Controller -> Summary.of(view, assignment.scheduling());
        };
        var before = view.conditions();
        var generation = view.vm().getMetadata().getGeneration();
        var decided = Stream.of(
                        scheduled(assignment.scheduling()),
                        evacuating(view, assignment),
                        room(view, assignment),
                        summary.conditions().stream())
                .flatMap(part -> part)
                .toList();
        var conditions = Stream.concat(
                        Conditions.decide(before, decided, generation, view.now()).stream(),
                        Stream.concat(kept(view, decided, SCHEDULED), summary.kept().stream()))
                .toList();
        return new VirtualMachineStatus(
                summary.observedGeneration(),
                summary.printableStatus(),
                conditions,
                assignment.nodeName().orElse(null),
                assignment.reservation().orElse(null),
                power(view, assignment.scheduling()),
                null,
                null,
                fencedNodes(view, assignment),
                null,
                List.of(),
                List.of(),
                List.of(),
                null,
                null);
    }

    /** Whether the object says all of that already; then nothing is written. */
    static boolean stand(VirtualMachineStatus part, PlacementView view) {
        var now = view.status();
        return Objects.equals(part.nodeName(), now.nodeName())
                && Objects.equals(part.reservation(), now.reservation())
                && (part.power() == null || part.power().equals(now.power()))
                && (part.printableStatus() == null || part.printableStatus().equals(now.printableStatus()))
                && (part.observedGeneration() == null
                        || part.observedGeneration().equals(now.observedGeneration()))
                && part.fencedNodes().equals(now.fencedNodes())
                && Stream.of(Evacuating.CONDITION, MigrationRoom.CONDITION)
                        .allMatch(type -> has(part.conditions(), type) == has(view.conditions(), type))
                && part.conditions().stream()
                        .allMatch(c -> Conditions.find(view.conditions(), c.type())
                                .filter(before -> says(before, c))
                                .isPresent());
    }

    private static boolean has(List<Condition> conditions, String type) {
        return Conditions.find(conditions, type).isPresent();
    }

    /** Only while it is so, and where the machine is. */
    private static Stream<Decided> evacuating(PlacementView view, Assignment assignment) {
        return assignment.nodeName().equals(view.nodeName())
                ? Evacuations.of(view).map(Evacuation::told).stream()
                : Stream.empty();
    }

    /** Likewise; one that is on its way has its second reservation. */
    private static Stream<Decided> room(PlacementView view, Assignment assignment) {
        var mayAsk = view.isOccupied()
                && !view.isDeleted()
                && assignment.nodeName().equals(view.nodeName())
                && view.migration().isEmpty();
        return view
                .noRoom()
                .filter(_ -> mayAsk)
                .map(why ->
                        new Decided(MigrationRoom.CONDITION, ConditionStatus.False, MigrationRoom.QUOTA_EXCEEDED, why))
                .stream();
    }

    /** What Events tell: what the object did not show before. */
    static List<MachineEvent> events(PlacementView view, Assignment assignment) {
        var place = switch (assignment.scheduling()) {
            case Scheduling.Refused(var refusal)
            when isNew(view, refusal.reason()) ->
                Optional.of(new MachineEvent(true, refusal.reason(), refusal.message()));
            case Scheduling.Found(var node)
            when view.isMislaid() -> Optional.of(new MachineEvent(true, "Found", foundMessage(node)));
            case Scheduling.Refused _,
                    Scheduling.Found _,
                    Scheduling.Unchanged _,
                    Scheduling.NotNeeded _,
                    Scheduling.Pending _,
                    Scheduling.Reserved _,
                    Scheduling.Vacating _,
                    Scheduling.Moving _ -> Optional.<MachineEvent>empty();
        };
        var ignored = Optional.ofNullable(power(view, assignment.scheduling()))
                .map(Power::ignored)
                .filter(verb -> !verb.equals(
                        view.status().power() == null
                                ? null
                                : view.status().power().ignored()))
                .map(verb -> new MachineEvent(false, "VerbIgnored", verb.message()));
        var evacuating = evacuating(view, assignment)
                .filter(decided -> Conditions.find(view.conditions(), Evacuating.CONDITION)
                        .filter(before -> before.reason().equals(decided.reason()))
                        .isEmpty())
                .map(decided -> new MachineEvent(
                        !decided.reason().equals("Migrating"), Evacuating.CONDITION, decided.message()));
        return Stream.of(place.stream(), evacuating, ignored.stream())
                .flatMap(part -> part)
                .toList();
    }

    private static boolean isNew(PlacementView view, String refusal) {
        return Conditions.find(view.conditions(), SCHEDULED)
                .filter(c -> c.status() == ConditionStatus.False && c.reason().equals(refusal))
                .isEmpty();
    }

    /**
     * While no node has the machine, what its verbs ask for is decided here; then as it stands until its agent has it.
     * What is there at first sight is recorded when there is something else to write.
     */
    private static @Nullable Power power(PlacementView view, Scheduling scheduling) {
        var before = view.status().power();
        if (view.isFenced()) {
            return fenced(view, before);
        }
        if (AgentShare.of(view.vm()).power()) {
            return null;
        }
        if (view.nodeName().isPresent() || (before == null && scheduling instanceof Scheduling.Unchanged)) {
            return before;
        }
        var life = view.life();
        var decision = Verbs.whileOff(life);
        var stop = decision.act() == Verbs.Act.Stop
                ? Optional.of(new LastStop(
                        StopReason.StopRequested.name(),
                        view.now().toString(),
                        "spec.power.stopRequestedAt: the machine was stopped before it had a place"))
                : life.lastStop();
        var handled = decision.act() == Verbs.Act.Start ? before == null ? null : before.handled() : decision.handled();
        return new Power(
                PowerState.Off,
                null,
                null,
                null,
                stop.orElse(null),
                null,
                null,
                null,
                handled,
                decision.ignored().orElse(before == null ? null : before.ignored()));
    }

    /** Its agent will not say so any more. */
    private static Power fenced(PlacementView view, @Nullable Power before) {
        if (before != null && before.state() == PowerState.Off) {
            return before;
        }
        return new Power(
                PowerState.Off,
                null,
                null,
                before == null ? null : before.restarts(),
                view.life().lastStop().orElse(null),
                null,
                null,
                null,
                before == null ? null : before.handled(),
                before == null ? null : before.ignored());
    }

    /** The latest of those where something of the machine may be left. */
    private static List<FencedNode> fencedNodes(PlacementView view, Assignment assignment) {
        var now = Optional.of(view.fencing())
                .filter(_ -> view.isFenced())
                .map(fencing -> new FencedNode(
                        view.recordedNode().orElseThrow(),
                        assignment.reservation().map(Reservation::attempt).orElse(null),
                        fencing.at(),
                        fencing.by()));
        var all = Stream.concat(
                        view.status().fencedNodes().stream()
                                .filter(node -> !assignment.nodeName().equals(Optional.of(node.nodeName()))
                                        && !view.recordedNode().equals(Optional.of(node.nodeName()))),
                        now.stream())
                .toList();
        return all.subList(Math.max(0, all.size() - MOST_FENCED), all.size());
    }

    private static String foundMessage(String node) {
        return "node \"" + node + "\" has the machine's domain, and its agent takes it over";
    }

    private static boolean says(Condition before, Condition c) {
        return before.status() == c.status()
                && before.reason().equals(c.reason())
                && before.message().equals(c.message());
    }

    private static Stream<Condition> kept(PlacementView view, List<Decided> decided, String type) {
        return decided.stream().anyMatch(d -> d.type().equals(type))
                ? Stream.empty()
                : Conditions.find(view.conditions(), type).stream();
    }

    private static Stream<Decided> scheduled(Scheduling scheduling) {
        return switch (scheduling) {
            case Scheduling.Unchanged(), Scheduling.Found(var _) -> Stream.empty();
            case Scheduling.NotNeeded() ->
                decided(SCHEDULED, ConditionStatus.False, "NotNeeded", "the machine is stopped and holds no room");
            case Scheduling.Pending(var pod, var judge) ->
                decided(SCHEDULED, ConditionStatus.False, "Scheduling", "pod \"" + pod + "\" waits for " + judge);
            case Scheduling.Refused(var refusal) ->
                decided(SCHEDULED, ConditionStatus.False, refusal.reason(), refusal.message());
            case Scheduling.Reserved(var pod, var node, var lacks) ->
                decided(
                        SCHEDULED,
                        ConditionStatus.True,
                        "Reserved",
                        "pod \"" + pod + "\" holds room on node \"" + node + "\""
                                + lacks.map(why -> "; " + why).orElse(""));
            case Scheduling.Vacating(var pod, var node, var why) ->
                decided(
                        SCHEDULED,
                        ConditionStatus.False,
                        "Vacating",
                        "pod \"" + pod + "\" is to leave node \"" + node + "\": " + why
                                + "; its room is held until the guest is gone");
            case Scheduling.Moving(var pod, var from, var to) ->
                decided(
                        SCHEDULED,
                        ConditionStatus.True,
                        "Reserved",
                        "pod \"" + pod + "\" holds room on node \"" + to + "\"; node \"" + from
                                + "\" has to release the machine first");
        };
    }

    private static Stream<Decided> decided(String type, ConditionStatus status, String reason, String message) {
        return Stream.of(new Decided(type, status, reason, message));
    }

    private static Summary lost(PlacementView view, Assignment assignment) {
        var node = view.nodeName().orElseThrow();
        var ready = new Decided(READY, ConditionStatus.Unknown, AGENT_LOST, lostMessage(view, assignment, node));
        if (AgentShare.of(view.vm()).wrote()) {
            return new Summary(List.of(ready), List.of(), null, "Unknown");
        }
        return new Summary(
                List.of(
                        ready,
                        new Decided("Reconciling", ConditionStatus.True, AGENT_LOST, ready.message()),
                        new Decided("Stalled", ConditionStatus.False, AGENT_LOST, "")),
                List.of(),
                view.vm().getMetadata().getGeneration(),
                "Unknown");
    }

    private static String lostMessage(PlacementView view, Assignment assignment, String node) {
        var fact =
                "node \"" + node + "\": the Lease of its agent has expired, so whether the machine runs is not known";
        if (view.isDeleted()) {
            return fact + "; it is deleted when the node has released it. To give its domain up, annotate it with "
                    + Meridian.FORGET_DOMAIN + "=" + view.vm().getMetadata().getUid();
        }
        return assignment.scheduling() instanceof Scheduling.Moving(var _, var from, var to)
                ? fact + "; it starts on node \"" + to + "\" when node \"" + from + "\" has released it, not before"
                : fact;
    }

    /** Who tells a machine's Ready. */
    private enum Speaker {
        Controller,
        Agent,
        LostAgent,
        /** The agent is back and will tell. */
        Nobody;

        static Speaker of(PlacementView view, Assignment assignment) {
            if (assignment.nodeName().isEmpty() || view.isFenced()) {
                return Controller;
            }
            if (view.agentLost() && !view.isMislaid()) {
                return LostAgent;
            }
            var share = AgentShare.of(view.vm());
            if (share.ready()) {
                return Agent;
            }
            return share.wrote() ? Nobody : Controller;
        }
    }

    /** Ready and its company. */
    private record Summary(
            List<Decided> conditions,
            List<Condition> kept,
            @Nullable Long observedGeneration,
            @Nullable String printableStatus) {
        static final Summary NONE = new Summary(List.of(), List.of(), null, null);

        static Summary asItStands(PlacementView view) {
            return new Summary(
                    List.of(),
                    Conditions.find(view.conditions(), READY).stream().toList(),
                    null,
                    view.status().printableStatus());
        }

        static Summary of(PlacementView view, Scheduling scheduling) {
            return switch (scheduling) {
                case Scheduling.Unchanged() -> untouched(view);
                case Scheduling.NotNeeded() ->
                    new Summary(
                            told(ConditionStatus.True, "Stopped", "the machine is to be stopped, and is"),
                            List.of(),
                            view.vm().getMetadata().getGeneration(),
                            "Stopped");
                case Scheduling.Pending(var pod, var judge) ->
                    notReady(view, "Scheduling", "pod \"" + pod + "\" waits for " + judge, "Scheduling");
                case Scheduling.Refused(var refusal) ->
                    notReady(
                            view,
                            refusal.reason(),
                            refusal.message(),
                            refusal.reason().equals("Unschedulable") ? "Scheduling" : "Pending");
                case Scheduling.Found(var node) ->
                    new Summary(
                            told(ConditionStatus.Unknown, "Found", foundMessage(node)),
                            List.of(),
                            view.vm().getMetadata().getGeneration(),
                            "Unknown");
                case Scheduling.Vacating(var _, var _, var why) -> notReady(view, "Vacating", why, "Stopping");
                case Scheduling.Reserved(var _, var node, var _) ->
                    notReady(view, "Starting", "the agent of node \"" + node + "\" starts the machine", "Starting");
                case Scheduling.Moving(var _, var from, var _) ->
                    notReady(view, "Moving", "node \"" + from + "\" has to release the machine first", "Scheduling");
            };
        }

        private static Summary untouched(PlacementView view) {
            return new Summary(
                    List.of(),
                    Stream.of(READY, "Reconciling", "Stalled")
                            .flatMap(type -> Conditions.find(view.conditions(), type).stream())
                            .toList(),
                    view.status().observedGeneration(),
                    view.status().printableStatus());
        }

        private static Summary notReady(PlacementView view, String reason, String message, String printable) {
            return new Summary(
                    told(ConditionStatus.False, reason, message),
                    List.of(),
                    view.vm().getMetadata().getGeneration(),
                    printable);
        }

        private static List<Decided> told(ConditionStatus ready, String reason, String message) {
            return List.of(
                    new Decided(READY, ready, reason, message),
                    new Decided("Reconciling", ConditionStatus.of(ready != ConditionStatus.True), reason, message),
                    new Decided("Stalled", ConditionStatus.False, reason, ""));
        }
    }
}
