package dev.meridian.domain.plan;

import dev.meridian.domain.life.Verbs;
import dev.meridian.domain.machine.Requests;
import dev.meridian.domain.metadata.MachineDocument;
import dev.meridian.domain.metadata.Run;
import io.fabric8.kubernetes.api.model.Quantity;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a start of a machine waits for. */
final class Starts {
    private static final String DEFAULT_NETWORK = "default";

    private Starts() {}

    static Step next(Situation s, Optional<MachineDocument> before, Verbs.Decision decision) {
        var room = room(s, before).or(() -> ClaimDisks.next(s, before));
        if (room.isPresent()) {
            return room.get();
        }
        if (!StartingDocument.hasSavedMemory(s)) {
            var awaited = HostDeviceChoice.next(s, before)
                    .or(() -> GivenValues.next(s))
                    .or(() -> GivenDisks.next(s))
                    .or(() -> Disks.next(s, before))
                    .or(() -> Filesystems.next(s));
            if (awaited.isPresent()) {
                return awaited.get();
            }
        }
        var document = StartingDocument.of(s, before, decision);
        var files = StartingDocument.hasSavedMemory(s)
                ? List.<NewFile>of()
                : GivenDisks.all(s).toList();
        return new Step.Start(s.definition(document), document, files, ClaimDisks.passed(s));
    }

    /** What is awaited before its disks are looked at. */
    static Optional<Step> room(Situation s, Optional<MachineDocument> before) {
        var problem = StartChecks.firstProblem(s).or(() -> LocalStates.elsewhere(s, before));
        if (problem.isPresent()) {
            return Optional.of(Step.Refuse.of(s.now(), problem.get()));
        }
        if (Migrated.isHeld(s, before)) {
            return Optional.of(Migrated.refusal(s));
        }
        var hold = reservation(s);
        if (hold.isPresent()) {
            return hold;
        }
        var backedOff = before.flatMap(document -> backOff(document.run(), s)).filter(s.now()::isBefore);
        if (backedOff.isPresent()) {
            return Optional.of(new Step.Wait(
                    backedOff.get(),
                    "CrashLoopBackOff",
                    "the machine ended again and again; next start at " + backedOff.get()));
        }
        return network(s).or(() -> NetworkStarts.next(s));
    }

    /** What the start still waits for: room on the node. */
    private static Optional<Step> reservation(Situation s) {
        var needed = Requests.of(s.spec(), 0);
        return switch (s.reserved()) {
            case Reserved.Missing(var why) ->
                Optional.of(new Step.Hold("WaitingForReservation", "reservation pod " + why));
            case Reserved.Vacate(var pod, var why) ->
                Optional.of(new Step.Hold(
                        "WaitingForReservation", "reservation pod %s is to leave the node: %s".formatted(pod, why)));
            case Reserved.Bound(var pod, var held, var _)
            when !needed.fitIn(held) ->
                Optional.of(new Step.Hold(
                        "ReservationTooSmall",
                        "spec.memory: %s with the hypervisor's overhead needs %s, reservation pod %s holds %s; the controller makes one that fits, or give less"
                                .formatted(s.spec().memory().guest(), memory(needed.quantities()), pod, memory(held))));
            case Reserved.Bound(var pod, var _, var _) -> CpuPlaces.next(s, pod);
        };
    }

    private static SortedMap<String, Quantity> memory(Map<String, Quantity> resources) {
        var memory = new TreeMap<>(resources);
        memory.keySet().removeIf(name -> !name.equals("memory") && !name.startsWith("hugepages-"));
        return memory;
    }

    /** What the start still waits for: the node's own network. */
    private static Optional<Step> network(Situation s) {
        if (s.machine().interfaces().stream().allMatch(nic -> nic.network().isPresent())) {
            return Optional.empty();
        }
        var active = s.host().networks().get(DEFAULT_NETWORK);
        if (active == null) {
            return Optional.of(Step.Refuse.of(
                    s.now(),
                    "NetworkMissing",
                    "spec.interfaces: node %s has no libvirt network %s; define it, or remove the interfaces"
                            .formatted(s.host().nodeName(), DEFAULT_NETWORK)));
        }
        return active ? Optional.empty() : Optional.of(new Step.StartNetwork(DEFAULT_NETWORK));
    }

    /** When a machine that ended unexpectedly may be started again: at once, then after 10 s, doubling to 5 minutes. */
    private static Optional<Instant> backOff(Run run, Situation s) {
        var stop = run.lastStop();
        if (stop == null || run.failures() < 2 || !s.isPast(Instant.parse(stop.at()))) {
            return Optional.empty();
        }
        var wait = Duration.ofSeconds(10).multipliedBy(1L << Math.min(run.failures() - 2, 5));
        var longest = Duration.ofMinutes(5);
        return Optional.of(Instant.parse(stop.at()).plus(wait.compareTo(longest) > 0 ? longest : wait));
    }
}
