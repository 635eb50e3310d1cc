package dev.meridian.agent;

import dev.meridian.api.v1alpha1.VirtualMachine;
import dev.meridian.api.v1alpha1.VirtualMachineStatus;
import dev.meridian.domain.machine.Identity;
import dev.meridian.domain.plan.Guarding;
import dev.meridian.domain.plan.GuestKeys;
import dev.meridian.domain.plan.GuestProbes;
import dev.meridian.domain.plan.GuestSyncs;
import dev.meridian.domain.plan.Observation;
import dev.meridian.domain.plan.Planner;
import dev.meridian.domain.plan.Reserved;
import dev.meridian.domain.plan.Situation;
import dev.meridian.domain.plan.Step;
import dev.meridian.domain.status.MachineEvents;
import dev.meridian.domain.status.VirtualMachineStatuses;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One look at a machine: observe, decide, act, report. */
@ControllerConfiguration(name = "virtualmachine", triggerReconcilerOnAllEvents = true)
final class VirtualMachineReconciler implements Reconciler<VirtualMachine> {
    private static final Logger LOG = LoggerFactory.getLogger(VirtualMachineReconciler.class);

    /** A step that takes no longer is not worth a write. */
    private static final Duration WORTH_A_WRITE = Duration.ofSeconds(2);

    private final Situations situations;
    private final MachineMemories memories;
    private final GuestClockKeeper guestClocks;
    private final GuestInfoReader guestInfos;
    private final GuestKeyKeeper guestKeys;
    private final GuestProber prober;
    private final AssignedMachines assigned;
    private final ReservationPods pods;
    private final StepRunner steps;
    private final OutgoingMigrations outgoing;
    private final StatusWriter statuses;
    private final EventWriter events;
    private final MachineEventSource wakes;
    /** How often a machine's ConfigMaps and Secrets are looked at: kubelet does so as often. */
    private static final Duration GIVEN = Duration.ofMinutes(1);

    /** How often a guest that is to be held is looked at: nobody tells that its guard has let it go. */
    private static final Duration HELD = Duration.ofSeconds(10);

    private volatile @Nullable IndexerResourceCache<VirtualMachine> known;
    private final Duration resync;
    private final InstantSource clock;

    VirtualMachineReconciler(
            Situations situations,
            MachineMemories memories,
            GuestClockKeeper guestClocks,
            GuestInfoReader guestInfos,
            GuestKeyKeeper guestKeys,
            GuestProber prober,
            AssignedMachines assigned,
            ReservationPods pods,
            StepRunner steps,
            OutgoingMigrations outgoing,
            StatusWriter statuses,
            EventWriter events,
            MachineEventSource wakes,
            Duration resync,
            InstantSource clock) {
        this.situations = situations;
        this.memories = memories;
        this.guestClocks = guestClocks;
        this.guestInfos = guestInfos;
        this.guestKeys = guestKeys;
        this.prober = prober;
        this.assigned = assigned;
        this.pods = pods;
        this.steps = steps;
        this.outgoing = outgoing;
        this.statuses = statuses;
        this.events = events;
        this.wakes = wakes;
        this.resync = resync;
        this.clock = clock;
    }

    @Override
    public List<EventSource<?, VirtualMachine>> prepareEventSources(EventSourceContext<VirtualMachine> context) {
        known = context.getPrimaryCache();
        return List.of(wakes);
    }

    /** Whether the machine is the node's by the informer's word. */
    boolean knows(Identity machine) {
        var cache = known;
        return cache == null
                || cache.get(new ResourceID(machine.name(), machine.namespace()))
                        .filter(vm ->
                                vm.getMetadata().getUid().equals(machine.uid().toString()))
                        .isPresent();
    }

    @Override
    public UpdateControl<VirtualMachine> reconcile(VirtualMachine cached, Context<VirtualMachine> context) {
        var identity = Situations.identity(cached);
        if (context.isPrimaryResourceDeleted()) {
            // It left the selector or is gone: nothing is acted on, a domain that stays is reported as a stray.
            assigned.left(identity.namespace(), identity.name());
            return UpdateControl.noUpdate();
        }
        assigned.seen(identity);
        var memory = memories.of(identity.uid());
        var worthALook = worthALook(memory);
        if (clock.instant().isBefore(worthALook)) {
            // The step's end wakes the machine. libvirt has the domain locked meanwhile: a look would only wait for it.
            return UpdateControl.<VirtualMachine>noUpdate().rescheduleAfter(until(worthALook));
        }
        var vm = memory.newest(cached);
        var situation = situations.of(vm, memory);
        if (situation.observation() instanceof Observation.Present seen) {
            guestClocks.seen(identity.uid(), memory.guest(), GuestSyncs.rule(seen, situation));
            guestInfos.seen(identity.uid(), memory);
            guestKeys.seen(identity.uid(), memory, GuestKeys.plan(situation));
            prober.seen(identity.uid(), memory, GuestProbes.plan(seen, situation));
        }
        var step = Planner.next(situation);
        LOG.atDebug()
                .addKeyValue("namespace", vm.getMetadata().getNamespace())
                .addKeyValue("name", vm.getMetadata().getName())
                .log("next: {}", step.getClass().getSimpleName());
        if (!(step instanceof Step.InFlight)) {
            endable(situation).forEach(ReservationProcesses::end);
        }
        outgoing.look(identity.uid(), situation);
        var acting = steps.run(situation.machine().identity(), step, memory, situation.generation());
        if (!acting) {
            report(vm, situation, step, memory);
        }
        return UpdateControl.<VirtualMachine>noUpdate().rescheduleAfter(until(next(situation, step)));
    }

    /** UIDs of deleted pods that need hold no room: the guest is gone, or another does, or waits for theirs. */
    private List<String> endable(Situation situation) {
        var machine = situation.machine().identity().uid();
        if (isGone(situation.observation()) || situation.reserved() instanceof Reserved.Bound) {
            return pods.terminating(machine);
        }
        return situation.deleting() ? List.of() : pods.overdue(machine);
    }

    /** Whether no hypervisor process of the machine is here. */
    private static boolean isGone(Observation observation) {
        return switch (observation) {
            case Observation.Absent _ -> true;
            case Observation.Present seen -> !seen.power().isActive();
            case Observation.Unreachable _,
                    Observation.NewerFormat _,
                    Observation.UnreadableHandover _,
                    Observation.Foreign _ -> false;
        };
    }

    /** What ends by itself within moments is looked at and reported when it has ended. */
    private static Instant worthALook(MachineMemory memory) {
        return memory.progress()
                .inFlight()
                .map(step -> step.since().plus(WORTH_A_WRITE))
                .orElse(Instant.MIN);
    }

    private void report(VirtualMachine vm, Situation situation, Step step, MachineMemory memory) {
        var before = Situations.status(vm);
        VirtualMachineStatus after = VirtualMachineStatuses.of(situation, step);
        if (!StatusWriter.says(before, after)) {
            memory.written(statuses.write(vm, after, step));
            MachineEvents.between(before, after).forEach(event -> events.write(vm, event));
        }
    }

    private Instant next(Situation situation, Step step) {
        return switch (step) {
            case Step.Wait(var until, var _, var _) -> until;
            case Step.Refuse(var _, var retryAt) -> retryAt;
            case Step.InFlight _,
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
                    Step.Undefine _ -> situation.now().plus(WORTH_A_WRITE);
            case Step.Settled _, Step.Hold _, Step.HandOver _, Step.Release _ ->
                situation.now().plus(atRest(situation));
        };
    }

    private Duration atRest(Situation situation) {
        var often = isToBeHeld(situation) ? HELD : isGiven(situation) ? GIVEN : resync;
        return often.compareTo(resync) < 0 ? often : resync;
    }

    private static boolean isToBeHeld(Situation situation) {
        return situation.observation() instanceof Observation.Present seen
                && seen.power().isActive()
                && Guarding.isWanted(seen.document());
    }

    /** Nobody tells when what kubelet has mounted changes. */
    private static boolean isGiven(Situation situation) {
        return !situation.machine().secrets().isEmpty()
                || !situation.machine().givenFiles().isEmpty()
                || !situation.machine().accessKeys().isEmpty();
    }

    private Duration until(Instant next) {
        var wait = Duration.between(clock.instant(), next);
        return wait.compareTo(Duration.ofMillis(1)) < 0 ? Duration.ofMillis(1) : wait;
    }
}
