package dev.meridian.domain.plan;

import dev.meridian.api.v1alpha1.Cpu;
import dev.meridian.api.v1alpha1.Disk;
import dev.meridian.api.v1alpha1.Interface;
import dev.meridian.api.v1alpha1.VirtualMachineSpec;
import dev.meridian.domain.machine.DiskShape;
import dev.meridian.domain.machine.DiskSizes;
import dev.meridian.domain.machine.InterfaceShape;
import dev.meridian.domain.machine.Machine;
import dev.meridian.domain.machine.MemoryGrowth;
import dev.meridian.domain.machine.MemoryRoom;
import dev.meridian.domain.machine.NumaShape;
import dev.meridian.domain.machine.Requests;
import dev.meridian.domain.metadata.KeptDisk;
import dev.meridian.domain.metadata.MachineDocument;
import dev.meridian.domain.xml.DiskXml;
import dev.meridian.domain.xml.InterfaceXml;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Changes of the spec that the running guest can have at once: the links of its interfaces and their limits, disks that
 * grow, more sockets with virtual CPUs, and more memory.
 */
public final class LiveChanges {
    private static final Cpu NO_CPU = new Cpu(null, null, null, null, null, null, null, null);

    private LiveChanges() {}

    static Optional<Step> next(Situation s, MachineDocument document) {
        var applied = Machine.of(s.machine().identity(), document.applied());
        return applied.interfaces().stream()
                .flatMap(running -> wished(running, s).stream())
                .findFirst()
                .map(link -> update(s, document, link))
                .or(() -> grown(s, document, applied))
                .or(() -> CpuPlaces.moved(s, document))
                .or(() -> plugged(s, document))
                .or(() -> extended(s, document));
    }

    /** What is plugged in runs where the guest was to run at its start: it has to be moved to where that runs now. */
    private static Optional<Step> plugged(Situation s, MachineDocument document) {
        var after = document.withApplied(socketed(document.applied(), s))
                .withCpus(List.of())
                .withDefinition(null);
        return after.applied().equals(document.applied())
                ? Optional.empty()
                : Optional.of(new Step.PlugCpus((int) Requests.vcpus(after.applied()), s.definition(after), after));
    }

    /** More sockets, as far as the guest was started with room for them, once its reservation holds them. */
    private static VirtualMachineSpec socketed(VirtualMachineSpec applied, Situation s) {
        var wished = Objects.requireNonNullElse(s.spec().cpu(), NO_CPU).sockets();
        var cpu = applied.cpu();
        if (cpu == null || wished == null || cpu.sockets() == null || cpu.maxSockets() == null) {
            return applied;
        }
        var after = applied.withCpu(cpu.withSockets(wished));
        return wished > cpu.sockets()
                        && wished <= cpu.maxSockets()
                        && areHeld(Requests.vcpus(after), s)
                        && isHeld(after, s)
                ? after
                : applied;
    }

    private static boolean areHeld(long vcpus, Situation s) {
        return s.reserved() instanceof Reserved.Bound(var _, var _, var reserved) && vcpus <= reserved;
    }

    private static boolean isHeld(VirtualMachineSpec spec, Situation s) {
        return s.reserved() instanceof Reserved.Bound(var _, var held, var _)
                && Requests.of(spec, 0).fitIn(held);
    }

    private static Optional<Step> extended(Situation s, MachineDocument document) {
        var after = document.withApplied(roomier(document.applied(), s)).withDefinition(null);
        return after.applied().equals(document.applied())
                ? Optional.empty()
                : Optional.of(new Step.PlugMemory(growth(s, after.applied()), s.definition(after), after));
    }

    private static MemoryGrowth growth(Situation s, VirtualMachineSpec spec) {
        var machine = Machine.of(s.machine().identity(), spec);
        var cells = switch (machine.cpu().numa()) {
            case NumaShape.None(), NumaShape.OfHost() -> 1;
            case NumaShape.Cells(var count) -> count;
        };
        return new MemoryGrowth(machine.memoryMebibytes(), cells, MemoryRoom.stepMebibytes(spec));
    }

    /** More memory, as far as the guest was started with room for it, once its reservation holds it. */
    private static VirtualMachineSpec roomier(VirtualMachineSpec applied, Situation s) {
        var after =
                applied.withMemory(applied.memory().withGuest(s.spec().memory().guest()));
        return MemoryRoom.takes(applied, Requests.guestMemoryMebibytes(after)) && isHeld(after, s) ? after : applied;
    }

    private static Optional<Step> grown(Situation s, MachineDocument document, Machine applied) {
        return applied.disks().stream()
                .flatMap(running -> s.machine().disks().stream()
                        .filter(disk -> disk.name().equals(running.name())
                                && disk.source().mark().equals(running.source().mark())))
                .filter(disk -> disk.source().wishedBytes().orElse(0) > sizeNow(document, disk))
                .findFirst()
                .map(disk -> resize(s, document, applied, disk));
    }

    /** Of a disk that does not grow here, more than any. */
    private static long sizeNow(MachineDocument document, DiskShape disk) {
        var kept = document.disks().get(disk.name());
        return kept == null || !grows(disk, kept) ? Long.MAX_VALUE : kept.sizeBytes();
    }

    private static boolean grows(DiskShape disk, KeptDisk kept) {
        return disk.source().isMade()
                || disk.source()
                        .givenClaim()
                        .filter(claim -> kept.path().equals(DiskXml.claimed(claim)))
                        .isPresent();
    }

    private static Step resize(Situation s, MachineDocument document, Machine applied, DiskShape disk) {
        var size = disk.source().wishedBytes().orElseThrow();
        var disks = new TreeMap<>(document.disks());
        disks.computeIfPresent(disk.name(), (_, kept) -> kept.grownTo(size));
        var after = document.withDisks(disks).withApplied(sized(document.applied(), s.spec()));
        return new Step.ResizeDisk(
                DiskXml.targets(applied.disks()).getOrDefault(disk.name(), ""), size, s.definition(after), after);
    }

    private static Optional<InterfaceShape> wished(InterfaceShape running, Situation s) {
        return s.machine().interfaces().stream()
                .filter(nic -> nic.name().equals(running.name()))
                .map(running::changedAs)
                .filter(nic -> !nic.equals(running))
                .findFirst();
    }

    private static Step update(Situation s, MachineDocument document, InterfaceShape changed) {
        var after = document.withApplied(applied(document.applied(), changed)).withDefinition(null);
        return new Step.UpdateDevice(
                InterfaceXml.device(s.machine().identity(), changed, document), s.definition(after), after);
    }

    private static VirtualMachineSpec applied(VirtualMachineSpec applied, InterfaceShape changed) {
        return applied.withInterfaces(Objects.requireNonNullElse(applied.interfaces(), List.<Interface>of()).stream()
                .map(nic -> nic.name().equals(changed.name())
                        ? nic.with(changed.linkState(), changed.bandwidth().orElse(null))
                        : nic)
                .toList());
    }

    /** The spec as the running guest can be made to have it, beside what is applied: what differs is no pending change. */
    public static VirtualMachineSpec brought(VirtualMachineSpec applied, Situation s) {
        return carded(sized(roomier(socketed(applied, s), s), s.spec()), s.spec());
    }

    /** A disk that is to shrink stays as it is. */
    private static VirtualMachineSpec sized(VirtualMachineSpec applied, VirtualMachineSpec wished) {
        var disks = Objects.requireNonNullElse(wished.disks(), List.<Disk>of());
        return applied.disks() == null
                ? applied
                : applied.withDisks(applied.disks().stream()
                        .map(disk -> disks.stream()
                                .filter(other -> other.name().equals(disk.name()) && !isLess(other.size(), disk.size()))
                                .findFirst()
                                .map(other -> disk.withSize(other.size()))
                                .orElse(disk))
                        .toList());
    }

    /** Without a size a disk may be of any. */
    private static boolean isLess(@Nullable Quantity wished, @Nullable Quantity applied) {
        return wished != null
                && DiskSizes.bytes(wished).orElse(0) < DiskSizes.bytes(applied).orElse(0);
    }

    private static VirtualMachineSpec carded(VirtualMachineSpec applied, VirtualMachineSpec wished) {
        var nics = Objects.requireNonNullElse(wished.interfaces(), List.<Interface>of());
        return applied.interfaces() == null
                ? applied
                : applied.withInterfaces(applied.interfaces().stream()
                        .map(nic -> brought(nic, nics))
                        .toList());
    }

    private static Interface brought(Interface applied, List<Interface> wished) {
        return wished.stream()
                .filter(nic -> nic.name().equals(applied.name()))
                .findFirst()
                .map(nic -> applied.with(nic.linkState(), nic.bandwidth()))
                .orElseGet(() -> applied.with(null, null));
    }
}
