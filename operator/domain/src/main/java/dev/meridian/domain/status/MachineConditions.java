package dev.meridian.domain.status;

import dev.meridian.api.v1alpha1.Condition;
import dev.meridian.api.v1alpha1.ConditionStatus;
import dev.meridian.api.v1alpha1.RunStrategy;
import dev.meridian.domain.metadata.Run;
import dev.meridian.domain.plan.Observation;
import dev.meridian.domain.plan.Reserved;
import dev.meridian.domain.plan.Situation;
import dev.meridian.domain.plan.Step;
import dev.meridian.domain.status.Conditions.Decided;
import java.util.List;

/** The conditions of a machine that its node's agent decides. */
final class MachineConditions {
    private MachineConditions() {}

    static List<Condition> of(List<Condition> before, Situation s, Step step) {
        return Conditions.decide(
                before,
                List.of(
                        ready(s, step),
                        running(s),
                        clockKnown(s),
                        reservationLost(s),
                        restartRequired(s),
                        reconciling(s, step),
                        stalled(step)),
                s.generation(),
                s.now());
    }

    private static Decided ready(Situation s, Step step) {
        if (s.deleting()) {
            return decided("Ready", ConditionStatus.False, "Terminating", "the machine is being deleted");
        }
        if (isAsWished(s)) {
            return s.machine().runStrategy() == RunStrategy.Halted
                    ? decided("Ready", ConditionStatus.True, "Stopped", "the machine is stopped, as wished")
                    : decided("Ready", ConditionStatus.True, "Running", "the machine runs");
        }
        return switch (step) {
            case Step.Refuse(var problem, var _) ->
                decided("Ready", ConditionStatus.False, problem.reason(), problem.message());
            case Step.Hold(var reason, var message)
            when s.observation() instanceof Observation.Unreachable ->
                decided("Ready", ConditionStatus.Unknown, reason, message);
            case Step.Hold(var reason, var message) -> decided("Ready", ConditionStatus.False, reason, message);
            case Step.Wait(var _, var reason, var message) -> decided("Ready", ConditionStatus.False, reason, message);
            case Step.Settled _,
                    Step.InFlight _,
                    Step.StartNetwork _,
                    Step.Start _,
                    Step.Remember _,
                    Step.Shutdown _,
                    Step.Destroy _,
                    Step.Undefine _,
                    Step.HandOver _,
                    Step.Release _ ->
                s.machine().runStrategy() == RunStrategy.Halted
                        ? decided("Ready", ConditionStatus.False, "Stopping", "the machine is being stopped")
                        : decided("Ready", ConditionStatus.False, "Starting", "the machine is being started");
        };
    }

    /** Whether actual matches desired, whatever is still to be noted about it. */
    private static boolean isAsWished(Situation s) {
        return switch (s.observation()) {
            case Observation.Present seen ->
                switch (s.machine().runStrategy()) {
                    case Always, RerunOnFailure, Once, Manual ->
                        isUp(seen.power()) && seen.document().stopping() == null;
                    case Halted ->
                        !seen.power().isActive() && seen.document().run().phase() != Run.Phase.Started;
                };
            case Observation.Absent() -> s.machine().runStrategy() == RunStrategy.Halted;
            case Observation.Unreachable _, Observation.NewerFormat _, Observation.Foreign _ -> false;
        };
    }

    private static boolean isUp(Observation.Power power) {
        return switch (power.state()) {
            case Running -> true;
            case Paused, Suspended, ShuttingDown, Shutoff, Crashed -> false;
        };
    }

    private static Decided running(Situation s) {
        return switch (s.observation()) {
            case Observation.Present seen
            when isUp(seen.power()) -> decided("Running", ConditionStatus.True, "Running", "the guest runs");
            case Observation.Present seen ->
                decided("Running", ConditionStatus.False, seen.power().state().name(), "the guest does not run");
            case Observation.Absent() ->
                decided("Running", ConditionStatus.False, "NotDefined", "the node has no domain of the machine");
            case Observation.Foreign _ ->
                decided("Running", ConditionStatus.False, "ForeignDomain", "the domain on the node is not the machine");
            case Observation.NewerFormat _ ->
                decided("Running", ConditionStatus.Unknown, "NewerFormat", "the agent is older than the metadata");
            case Observation.Unreachable(var message) ->
                decided("Running", ConditionStatus.Unknown, "LibvirtUnreachable", message);
        };
    }

    private static Decided clockKnown(Situation s) {
        return switch (s.observation()) {
            case Observation.Present seen
            when !seen.document().clock().certain() ->
                decided(
                        "ClockKnown",
                        ConditionStatus.False,
                        "Uncertain",
                        "the guest's offset is beyond what QEMU can report");
            case Observation.Present seen ->
                decided(
                        "ClockKnown",
                        ConditionStatus.True,
                        seen.document().clock().source().name(),
                        "the offset of the guest's real-time clock is known");
            case Observation.Absent _, Observation.Foreign _ ->
                decided("ClockKnown", ConditionStatus.False, "NotDefined", "the node has no domain of the machine");
            case Observation.NewerFormat _, Observation.Unreachable _ ->
                decided("ClockKnown", ConditionStatus.Unknown, "NotObserved", "the domain cannot be observed");
        };
    }

    private static Decided reservationLost(Situation s) {
        if (s.observation() instanceof Observation.Present seen
                && seen.power().isActive()
                && s.reserved() instanceof Reserved.Missing(var why)
                && !s.deleting()
                && s.machine().runStrategy() != RunStrategy.Halted) {
            return decided(
                    "ReservationLost",
                    ConditionStatus.True,
                    "ReservationMissing",
                    "the guest runs on, but reservation pod " + why);
        }
        return decided("ReservationLost", ConditionStatus.False, "Reserved", "");
    }

    private static Decided restartRequired(Situation s) {
        if (s.observation() instanceof Observation.Present seen && seen.power().isActive()) {
            var changed = SpecChanges.needingRestart(seen.document().applied(), s.spec());
            if (!changed.isEmpty()) {
                return decided(
                        "RestartRequired",
                        ConditionStatus.True,
                        "SpecChanged",
                        "changed since the guest was started, applied at its next start: "
                                + String.join(", ", changed));
            }
        }
        return decided("RestartRequired", ConditionStatus.False, "UpToDate", "");
    }

    private static Decided reconciling(Situation s, Step step) {
        var busy = !(step instanceof Step.Refuse) && (s.deleting() || !isAsWished(s));
        return busy
                ? decided("Reconciling", ConditionStatus.True, "Progressing", "")
                : decided("Reconciling", ConditionStatus.False, "Settled", "");
    }

    private static Decided stalled(Step step) {
        return step instanceof Step.Refuse(var problem, var _)
                ? decided("Stalled", ConditionStatus.True, problem.reason(), problem.message())
                : decided("Stalled", ConditionStatus.False, "NotStalled", "");
    }

    private static Decided decided(String type, ConditionStatus status, String reason, String message) {
        return new Decided(type, status, reason, message);
    }
}
