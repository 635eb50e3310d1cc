package dev.meridian.domain.status;

import dev.meridian.api.v1alpha1.ClockStatus;
import dev.meridian.api.v1alpha1.DiskStatus;
import dev.meridian.api.v1alpha1.DomainStatus;
import dev.meridian.api.v1alpha1.GuestClock;
import dev.meridian.api.v1alpha1.GuestStatus;
import dev.meridian.api.v1alpha1.Handover;
import dev.meridian.api.v1alpha1.InterfaceStatus;
import dev.meridian.api.v1alpha1.LocalState;
import dev.meridian.api.v1alpha1.Power;
import dev.meridian.api.v1alpha1.PowerState;
import dev.meridian.api.v1alpha1.Reservation;
import dev.meridian.api.v1alpha1.VirtualMachineStatus;
import dev.meridian.domain.life.Verbs;
import dev.meridian.domain.machine.DiskSizes;
import dev.meridian.domain.machine.Machine;
import dev.meridian.domain.metadata.ClockReading;
import dev.meridian.domain.metadata.KeptDisk;
import dev.meridian.domain.metadata.MachineDocument;
import dev.meridian.domain.metadata.MachineDocuments;
import dev.meridian.domain.plan.Assignment;
import dev.meridian.domain.plan.Ends;
import dev.meridian.domain.plan.Observation;
import dev.meridian.domain.plan.Remembering;
import dev.meridian.domain.plan.Retries;
import dev.meridian.domain.plan.Situation;
import dev.meridian.domain.plan.Step;
import dev.meridian.domain.plan.Wishes;
import dev.meridian.domain.xml.DiskXml;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The agent's part of a machine's status. */
public final class VirtualMachineStatuses {
    private VirtualMachineStatuses() {}

    /** @return all fields that the agent writes, and none that only the controller may */
    public static VirtualMachineStatus of(Situation s, Step step) {
        var before = s.before();
        var facts = facts(before, s, step);
        return new VirtualMachineStatus(
                s.generation(),
                PrintableStatus.of(s, step),
                MachineConditions.of(before.conditions(), s, step),
                null,
                null,
                facts.power(),
                facts.domain(),
                handover(before, s),
                List.of(),
                facts.clock(),
                facts.interfaces(),
                facts.disks(),
                PendingChanges.of(s),
                s.machine().identity().providerId(),
                facts.guest());
    }

    private record Facts(
            @Nullable Power power,
            @Nullable DomainStatus domain,
            @Nullable ClockStatus clock,
            List<InterfaceStatus> interfaces,
            List<DiskStatus> disks,
            @Nullable GuestStatus guest) {}

    private static Facts facts(VirtualMachineStatus before, Situation s, Step step) {
        return switch (s.observation()) {
            case Observation.Present seen ->
                new Facts(
                        power(before, s, seen, step),
                        domain(s, seen),
                        clock(s, seen, step),
                        Guests.interfaces(s, seen),
                        disks(s.machine(), seen.document()),
                        Guests.status(s, seen).orElse(null));
            case Observation.Absent() -> absent(before, s, step);
            case Observation.Unreachable _,
                    Observation.NewerFormat _,
                    Observation.UnreadableHandover _,
                    Observation.Foreign _ ->
                released(s, step)
                        ? absent(before, s, step)
                        : new Facts(
                                before.power(),
                                before.domain(),
                                before.clock(),
                                before.interfaces(),
                                before.disks(),
                                before.guest());
        };
    }

    private static Facts absent(VirtualMachineStatus before, Situation s, Step step) {
        var off = off(Optional.ofNullable(before.power()).orElseGet(Power::off), s);
        if (!released(s, step)) {
            return new Facts(off, null, before.clock(), List.of(), List.of(), null);
        }
        var attempt = Optional.ofNullable(before.reservation())
                .map(Reservation::attempt)
                .orElse(0L);
        var domain = new DomainStatus(
                null,
                s.machine().identity().uid().toString(),
                null,
                null,
                null,
                null,
                s.host().nodeName(),
                attempt);
        return new Facts(off, domain, before.clock(), List.of(), List.of(), null);
    }

    /** Without a domain the status itself remembers what came of the machine. */
    private static Power off(Power told, Situation s) {
        var decision = Verbs.whileOff(Wishes.life(s));
        var begun = decision.act() == Verbs.Act.Start;
        return new Power(
                PowerState.Off,
                null,
                told.startedAt(),
                told.restarts(),
                decision.act() == Verbs.Act.Stop ? Ends.neverBegun(s) : told.lastStop(),
                null,
                null,
                null,
                begun ? told.handled() : decision.handled(),
                decision.ignored().orElse(told.ignored()));
    }

    /** From the release on, until the controller acts on it. */
    private static boolean released(Situation s, Step step) {
        return step instanceof Step.Release || s.assignment() instanceof Assignment.Released;
    }

    /** A guest that has gone to another node runs there, until its place says so. */
    private static Power power(VirtualMachineStatus before, Situation s, Observation.Present seen, Step step) {
        var gone =
                !seen.power().isActive() && seen.document().isLeaving(s.host().nodeName());
        if (gone && before.power() != null) {
            return before.power();
        }
        var run = seen.document().run();
        return new Power(
                gone ? PowerState.Unknown : state(seen.power()),
                camelCase(seen.power().reason()),
                run.startedAt() == null ? null : run.startedAt().toString(),
                Math.max(0, run.starts() - 1),
                run.lastStop(),
                step instanceof Step.Wait(var until, var reason, var _) && reason.equals("CrashLoopBackOff")
                        ? until.toString()
                        : null,
                run.lastReboot(),
                run.watchdogFiredAt() == null ? null : run.watchdogFiredAt().toString(),
                seen.document().handled(),
                seen.document().ignored());
    }

    private static PowerState state(Observation.Power power) {
        return switch (power.state()) {
            case Running, ShuttingDown -> PowerState.Running;
            case Paused, Suspended -> PowerState.Paused;
            case Shutoff, Crashed -> PowerState.Off;
        };
    }

    private static DomainStatus domain(Situation s, Observation.Present seen) {
        return new DomainStatus(
                seen.id().isPresent() ? seen.id().getAsInt() : null,
                s.machine().identity().uid().toString(),
                seen.document().hypervisor(),
                seen.document().machineType(),
                seen.savedMemory() ? true : null,
                localState(s, seen.document()),
                null,
                null);
    }

    private static @Nullable List<LocalState> localState(Situation s, MachineDocument document) {
        var states = Machine.of(s.machine().identity(), document.applied()).localState();
        return states.isEmpty() || !s.host().nodeName().equals(document.stateNode()) ? null : List.copyOf(states);
    }

    /** What the definition holds, or what it should hold where it cannot be written. */
    private static ClockStatus clock(Situation s, Observation.Present seen, Step step) {
        var kept = seen.document().clock();
        var guest = GuestClocks.of(s).orElse(null);
        if (Retries.awaited(step, s).isEmpty()) {
            return clock(kept, guest);
        }
        var believed = clock(Remembering.clock(seen, s), guest);
        return Optional.ofNullable(s.before().clock())
                .filter(before -> before.rtcOffsetSeconds().equals(believed.rtcOffsetSeconds())
                        && before.source() == believed.source())
                .orElse(believed);
    }

    private static ClockStatus clock(ClockReading reading, @Nullable GuestClock guest) {
        return new ClockStatus(
                reading.offsetSeconds(), reading.source(), reading.observedAt().toString(), reading.certain(), guest);
    }

    /** Written before the domain is undefined; it stays until the next node has the machine defined. */
    private static @Nullable Handover handover(VirtualMachineStatus before, Situation s) {
        return switch (s.observation()) {
            case Observation.Present seen
            when s.assignment() instanceof Assignment.Leaving && !seen.power().isActive() ->
                new Handover(s.host().nodeName(), MachineDocuments.write(seen.document()));
            case Observation.Present _ -> null;
            case Observation.Absent _,
                    Observation.Unreachable _,
                    Observation.NewerFormat _,
                    Observation.UnreadableHandover _,
                    Observation.Foreign _ -> before.handover();
        };
    }

    private static List<DiskStatus> disks(Machine machine, MachineDocument document) {
        return DiskXml.targets(machine.disks()).entrySet().stream()
                .map((Map.Entry<String, String> disk) -> new DiskStatus(
                        disk.getKey(),
                        disk.getValue(),
                        capacity(document.disks().get(disk.getKey()))))
                .toList();
    }

    private static @Nullable Quantity capacity(@Nullable KeptDisk disk) {
        return disk == null ? null : Quantity.parse(DiskSizes.text(disk.sizeBytes()));
    }

    /** BOOTED becomes Booted, FROM_SNAPSHOT FromSnapshot. */
    private static String camelCase(String constant) {
        var out = new StringBuilder();
        for (var word : constant.split("_", -1)) {
            out.append(word.isEmpty() ? "" : word.charAt(0))
                    .append(word.substring(Math.min(1, word.length())).toLowerCase(Locale.ROOT));
        }
        return out.toString();
    }
}
