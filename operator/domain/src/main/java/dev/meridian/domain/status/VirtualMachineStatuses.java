package dev.meridian.domain.status;

import dev.meridian.api.v1alpha1.ClockStatus;
import dev.meridian.api.v1alpha1.DiskStatus;
import dev.meridian.api.v1alpha1.DomainStatus;
import dev.meridian.api.v1alpha1.GuestClock;
import dev.meridian.api.v1alpha1.Handover;
import dev.meridian.api.v1alpha1.InterfaceStatus;
import dev.meridian.api.v1alpha1.Power;
import dev.meridian.api.v1alpha1.PowerState;
import dev.meridian.api.v1alpha1.Reservation;
import dev.meridian.api.v1alpha1.VirtualMachineStatus;
import dev.meridian.domain.life.Verbs;
import dev.meridian.domain.machine.Machine;
import dev.meridian.domain.metadata.ClockReading;
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
import dev.meridian.domain.xml.MacAddresses;
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
                facts.clock(),
                facts.interfaces(),
                facts.disks(),
                PendingChanges.of(s),
                s.machine().identity().providerId());
    }

    private record Facts(
            @Nullable Power power,
            @Nullable DomainStatus domain,
            @Nullable ClockStatus clock,
            List<InterfaceStatus> interfaces,
            List<DiskStatus> disks) {}

    private static Facts facts(VirtualMachineStatus before, Situation s, Step step) {
        return switch (s.observation()) {
            case Observation.Present seen ->
                new Facts(
                        power(seen, step),
                        domain(s, seen),
                        clock(s, seen, step),
                        interfaces(s, seen),
                        disks(s.machine()));
            case Observation.Absent() -> absent(before, s, step);
            case Observation.Unreachable _,
                    Observation.NewerFormat _,
                    Observation.UnreadableHandover _,
                    Observation.Foreign _ ->
                released(s, step)
                        ? absent(before, s, step)
                        : new Facts(
                                before.power(), before.domain(), before.clock(), before.interfaces(), before.disks());
        };
    }

    private static Facts absent(VirtualMachineStatus before, Situation s, Step step) {
        var off = off(Optional.ofNullable(before.power()).orElseGet(Power::off), s);
        if (!released(s, step)) {
            return new Facts(off, null, before.clock(), List.of(), List.of());
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
                s.host().nodeName(),
                attempt);
        return new Facts(off, domain, before.clock(), List.of(), List.of());
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
                begun ? told.handled() : decision.handled(),
                decision.ignored().orElse(told.ignored()));
    }

    /** From the release on, until the controller acts on it. */
    private static boolean released(Situation s, Step step) {
        return step instanceof Step.Release || s.assignment() instanceof Assignment.Released;
    }

    private static Power power(Observation.Present seen, Step step) {
        var run = seen.document().run();
        return new Power(
                state(seen.power()),
                camelCase(seen.power().reason()),
                run.startedAt() == null ? null : run.startedAt().toString(),
                Math.max(0, run.starts() - 1),
                run.lastStop(),
                step instanceof Step.Wait(var until, var reason, var _) && reason.equals("CrashLoopBackOff")
                        ? until.toString()
                        : null,
                run.lastReboot(),
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
                null,
                null);
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

    private static List<InterfaceStatus> interfaces(Situation s, Observation.Present seen) {
        var identity = s.machine().identity();
        var machine =
                seen.power().isActive() ? Machine.of(identity, seen.document().applied()) : s.machine();
        return machine.interfaces().stream()
                .map(nic -> {
                    var mac = MacAddresses.of(identity, nic);
                    return new InterfaceStatus(
                            nic.name(),
                            mac,
                            seen.interfaceAddresses().getOrDefault(mac, List.of()),
                            nic.network().orElse(null));
                })
                .toList();
    }

    private static List<DiskStatus> disks(Machine machine) {
        return DiskXml.targets(machine.disks()).entrySet().stream()
                .map((Map.Entry<String, String> disk) -> new DiskStatus(disk.getKey(), disk.getValue()))
                .toList();
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
