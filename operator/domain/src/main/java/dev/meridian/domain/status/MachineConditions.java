package dev.meridian.domain.status;

import dev.meridian.api.v1alpha1.ClockSource;
import dev.meridian.api.v1alpha1.Condition;
import dev.meridian.api.v1alpha1.ConditionStatus;
import dev.meridian.api.v1alpha1.GuestSyncPolicy;
import dev.meridian.api.v1alpha1.PendingChange;
import dev.meridian.domain.clock.ClockRules;
import dev.meridian.domain.clock.HostStep;
import dev.meridian.domain.life.MigrationRoom;
import dev.meridian.domain.life.StopReason;
import dev.meridian.domain.metadata.Drift;
import dev.meridian.domain.plan.GuestSyncs;
import dev.meridian.domain.plan.Migratability;
import dev.meridian.domain.plan.Observation;
import dev.meridian.domain.plan.Problem;
import dev.meridian.domain.plan.Progress;
import dev.meridian.domain.plan.Reserved;
import dev.meridian.domain.plan.Retries;
import dev.meridian.domain.plan.Situation;
import dev.meridian.domain.plan.Step;
import dev.meridian.domain.plan.Wishes;
import dev.meridian.domain.status.Conditions.Decided;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The conditions of a machine that its node's agent decides. */
final class MachineConditions {
    /** No call of ours takes that long on a machine that is well; a start and a save may. */
    private static final Duration HANGS = Duration.ofSeconds(15);

    private MachineConditions() {}

    static List<Condition> of(List<Condition> before, Situation s, Step step) {
        return Conditions.decide(
                before,
                Stream.concat(
                                Stream.of(
                                        ready(s, step),
                                        running(s),
                                        clockKnown(s),
                                        agentConnected(s),
                                        guestClockSynced(s),
                                        GuestReadiness.of(before, s),
                                        hostClockStepped(before, s),
                                        paused(s),
                                        reservationLost(s),
                                        liveMigratable(s),
                                        restartRequired(s),
                                        drifted(s),
                                        notResponding(s),
                                        reconciling(s, step),
                                        stalled(step)),
                                AccessCredentials.of(s).stream())
                        .toList(),
                s.generation(),
                s.now());
    }

    private static Decided ready(Situation s, Step step) {
        if (s.deleting()) {
            var failed =
                    Retries.awaited(step, s).map(failure -> "; " + failure.step() + " failed: " + failure.message());
            return decided(
                    "Ready", ConditionStatus.False, "Terminating", "the machine is being deleted" + failed.orElse(""));
        }
        if (AsWished.is(s)) {
            var word = AsWished.word(s);
            return decided("Ready", ConditionStatus.True, word.name(), word.sentence);
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
                    Step.MakeDisk _,
                    Step.AdoptDisk _,
                    Step.MarkDisks _,
                    Step.MarkFiles _,
                    Step.KeepFiles _,
                    Step.DropFiles _,
                    Step.WriteFiles _,
                    Step.GrowDisk _,
                    Step.SizeClaim _,
                    Step.ResizeDisk _,
                    Step.PlugCpus _,
                    Step.PlugMemory _,
                    Step.PinCpus _,
                    Step.Migrate _,
                    Step.AskTarget _,
                    Step.Expect _,
                    Step.StopExpecting _,
                    Step.RemoveFiles _,
                    Step.MakeNetwork _,
                    Step.GiveAddress _,
                    Step.Start _,
                    Step.Remember _,
                    Step.Rename _,
                    Step.Guard _,
                    Step.Suspend _,
                    Step.Resume _,
                    Step.Reset _,
                    Step.UpdateDevice _,
                    Step.ManagedSave _,
                    Step.Shutdown _,
                    Step.Destroy _,
                    Step.Undefine _,
                    Step.HandOver _,
                    Step.Release _ ->
                AsWished.isToRun(s)
                        ? decided("Ready", ConditionStatus.False, "Starting", "the machine is being started")
                        : decided("Ready", ConditionStatus.False, "Stopping", "the machine is being stopped");
        };
    }

    private static Decided liveMigratable(Situation s) {
        return switch (s.observation()) {
            case Observation.Present seen
            when seen.power().isActive() -> {
                var obstacles = Migratability.obstacles(s, seen.document());
                yield obstacles.isEmpty()
                        ? MigrationRoom.refusal(s.before().conditions())
                                .map(why -> decided(
                                        "LiveMigratable", ConditionStatus.False, MigrationRoom.QUOTA_EXCEEDED, why))
                                .orElseGet(() -> decided(
                                        "LiveMigratable",
                                        ConditionStatus.True,
                                        "Migratable",
                                        "it can go to another node as it runs"))
                        : decided(
                                "LiveMigratable",
                                ConditionStatus.False,
                                obstacles.getFirst().reason(),
                                obstacles.stream().map(Problem::message).collect(Collectors.joining("; ")));
            }
            case Observation.Present _, Observation.Absent _, Observation.Foreign _, Observation.UnreadableHandover _ ->
                decided("LiveMigratable", ConditionStatus.False, "NotRunning", "the guest does not run");
            case Observation.NewerFormat _, Observation.Unreachable _ ->
                decided("LiveMigratable", ConditionStatus.Unknown, "NotObserved", "the domain cannot be observed");
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
            case Observation.UnreadableHandover _ ->
                decided("Running", ConditionStatus.False, "NotDefined", "the node has no domain of the machine");
            case Observation.NewerFormat _ ->
                decided("Running", ConditionStatus.Unknown, "NewerFormat", "the agent is older than the metadata");
            case Observation.Unreachable(var message) ->
                decided("Running", ConditionStatus.Unknown, "LibvirtUnreachable", message);
        };
    }

    private static Decided clockKnown(Situation s) {
        return switch (s.observation()) {
            case Observation.Present seen
            when !ClockRules.isInRange(seen.document().clock().offsetSeconds()) ->
                decided(
                        "ClockKnown",
                        ConditionStatus.False,
                        "Uncertain",
                        "the guest's offset is beyond what QEMU can report");
            case Observation.Present seen
            when !seen.document().clock().certain() && seen.document().followsGuest() ->
                decided(
                        "ClockKnown",
                        ConditionStatus.False,
                        "ClockStood",
                        "the real-time clock follows the guest (spec.clock.timer.rtc.track), which stood still or whose end was"
                                + " not seen");
            case Observation.Present seen
            when !seen.document().clock().certain() && seen.document().clock().source() == ClockSource.LiveXml ->
                decided(
                        "ClockKnown",
                        ConditionStatus.False,
                        "LibvirtZone",
                        ("libvirt reads guests' clocks at its start by its own zone %s, which has daylight-saving time: this one"
                                        + " may be off by that; run libvirt with the environment TZ=UTC")
                                .formatted(s.host().libvirtZone()));
            case Observation.Present seen
            when !seen.document().clock().certain() ->
                decided(
                        "ClockKnown",
                        ConditionStatus.False,
                        "EndNotSeen",
                        "the guest ended while libvirt or the agent was away, and may have set its clock before");
            case Observation.Present seen ->
                decided(
                        "ClockKnown",
                        ConditionStatus.True,
                        seen.document().clock().source().name(),
                        "the offset of the guest's real-time clock is known");
            case Observation.Absent _, Observation.Foreign _ ->
                decided("ClockKnown", ConditionStatus.False, "NotDefined", "the node has no domain of the machine");
            case Observation.NewerFormat _, Observation.UnreadableHandover _, Observation.Unreachable _ ->
                decided("ClockKnown", ConditionStatus.Unknown, "NotObserved", "the domain cannot be observed");
        };
    }

    private static Decided agentConnected(Situation s) {
        return switch (s.observation()) {
            case Observation.Present seen
            when seen.power().isActive() && seen.guest().connected() ->
                decided("AgentConnected", ConditionStatus.True, "Connected", "the guest runs a guest agent");
            case Observation.Present _, Observation.Absent _, Observation.Foreign _ ->
                decided("AgentConnected", ConditionStatus.False, "NotConnected", "no guest agent runs in the guest");
            case Observation.NewerFormat _, Observation.UnreadableHandover _, Observation.Unreachable _ ->
                decided("AgentConnected", ConditionStatus.Unknown, "NotObserved", "the domain cannot be observed");
        };
    }

    private static Decided guestClockSynced(Situation s) {
        var told = GuestClocks.of(s);
        if (told.isEmpty() || !(s.observation() instanceof Observation.Present seen)) {
            return decided(
                    "GuestClockSynced", ConditionStatus.Unknown, "NotMeasured", "no guest agent has told the clock");
        }
        var rule = GuestSyncs.rule(seen, s);
        var failure = seen.guest().failure().filter(_ -> rule.policy() != GuestSyncPolicy.Never);
        if (failure.isPresent()) {
            return decided(
                    "GuestClockSynced",
                    ConditionStatus.False,
                    "SetFailed",
                    "the guest agent did not set the clock: " + failure.get());
        }
        return GuestClocks.isOff(told.get(), rule)
                ? decided(
                        "GuestClockSynced",
                        ConditionStatus.False,
                        "Off",
                        "the clock of the guest's operating system is off by %s ms"
                                .formatted(GuestClocks.away(told.get(), rule).toMillis()))
                : decided("GuestClockSynced", ConditionStatus.True, "InStep", "");
    }

    private static Decided hostClockStepped(List<Condition> before, Situation s) {
        var none = decided("HostClockStepped", ConditionStatus.False, "NotStepped", "");
        if (!(s.observation() instanceof Observation.Present seen)
                || !seen.power().isActive()) {
            return none;
        }
        return switch (seen.hostStep()) {
            case HostStep.None() -> none;
            case HostStep.Unknown() ->
                Conditions.find(before, "HostClockStepped")
                        .map(c -> decided(c.type(), c.status(), c.reason(), c.message()))
                        .orElse(none);
            case HostStep.Stepped(var at, var by) ->
                decided(
                        "HostClockStepped",
                        ConditionStatus.True,
                        "Stepped",
                        ("the node's clock was stepped by %+d ms at %s: %s, the clock of its operating system did not;"
                                        + " spec.clock.guestSync sets it, or a restart")
                                .formatted(
                                        by.toMillis(),
                                        at,
                                        seen.document().followsGuest()
                                                ? "neither the guest's real-time clock followed"
                                                : "the guest's real-time clock followed"));
        };
    }

    private static Decided paused(Situation s) {
        return switch (s.observation()) {
            case Observation.Present seen
            when seen.power().state() == Observation.Power.State.Paused ->
                seen.document().paused()
                        ? decided("Paused", ConditionStatus.True, "PausedBySpec", "spec.paused holds the guest")
                        : decided(
                                "Paused",
                                ConditionStatus.True,
                                "PausedByLibvirt",
                                seen.power().reason());
            case Observation.Present _, Observation.Absent _, Observation.Foreign _ ->
                decided("Paused", ConditionStatus.False, "NotPaused", "");
            case Observation.NewerFormat _, Observation.UnreadableHandover _, Observation.Unreachable _ ->
                decided("Paused", ConditionStatus.Unknown, "NotObserved", "the domain cannot be observed");
        };
    }

    private static Decided reservationLost(Situation s) {
        if (s.observation() instanceof Observation.Present seen
                && seen.power().isActive()
                && Wishes.down(s, seen.document())
                        .filter(why -> why != StopReason.Evicted)
                        .isEmpty()) {
            return switch (s.reserved()) {
                case Reserved.Bound _ -> decided("ReservationLost", ConditionStatus.False, "Reserved", "");
                case Reserved.Missing(var why) ->
                    decided(
                            "ReservationLost",
                            ConditionStatus.True,
                            "ReservationMissing",
                            "the guest runs on, but reservation pod " + why);
                case Reserved.Vacate(var pod, var why) ->
                    decided(
                            "ReservationLost",
                            ConditionStatus.True,
                            "Evicted",
                            "reservation pod %s is taken away (%s): its room is held until the guest is gone"
                                    .formatted(pod, why));
            };
        }
        return decided("ReservationLost", ConditionStatus.False, "Reserved", "");
    }

    private static Decided restartRequired(Situation s) {
        var pending = PendingChanges.of(s);
        return pending.isEmpty()
                ? decided("RestartRequired", ConditionStatus.False, "UpToDate", "")
                : decided(
                        "RestartRequired",
                        ConditionStatus.True,
                        "SpecChanged",
                        "changed since the guest was started, applied at its next start: "
                                + pending.stream().map(PendingChange::field).collect(Collectors.joining(", ")));
    }

    private static Decided drifted(Situation s) {
        return drift(s).map(drift -> decided(
                        "Drifted",
                        ConditionStatus.True,
                        drift.reason(),
                        "%s: %s".formatted(drift.at(), drift.message())))
                .orElseGet(() -> decided("Drifted", ConditionStatus.False, "AsDefined", ""));
    }

    private static Optional<Drift> drift(Situation s) {
        return s.observation() instanceof Observation.Present seen
                ? Optional.ofNullable(seen.document().drift())
                : Optional.empty();
    }

    private static Decided notResponding(Situation s) {
        var hung =
                s.progress().inFlight().filter(step -> step.since().plus(HANGS).isBefore(s.now()));
        if (hung.isPresent()) {
            return decided(
                    "NotResponding",
                    ConditionStatus.True,
                    "CallHangs",
                    "libvirt has not come back from %s since %s: the hypervisor process hangs, or the node is overloaded"
                            .formatted(
                                    hung.get().step().getClass().getSimpleName(),
                                    hung.get().since()));
        }
        return s.progress()
                .failure()
                .filter(failure -> failure.kind() == Progress.Failure.Kind.Hung)
                .map(failure -> decided(
                        "NotResponding",
                        ConditionStatus.True,
                        "CallHangs",
                        "libvirt did not come back from %s: the hypervisor process hangs, or the node is overloaded"
                                .formatted(failure.step())))
                .orElseGet(() -> decided("NotResponding", ConditionStatus.False, "Responding", ""));
    }

    private static Decided reconciling(Situation s, Step step) {
        var failure = Retries.awaited(step, s);
        if (failure.isPresent()) {
            return decided(
                    "Reconciling",
                    ConditionStatus.True,
                    failure.get().step() + "Failed",
                    failure.get().message());
        }
        var busy = !(step instanceof Step.Refuse) && (s.deleting() || !AsWished.is(s));
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
