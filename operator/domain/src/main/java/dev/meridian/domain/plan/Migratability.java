package dev.meridian.domain.plan;

import dev.meridian.api.v1alpha1.HypervisorType;
import dev.meridian.api.v1alpha1.LocalState;
import dev.meridian.domain.machine.DiskShape;
import dev.meridian.domain.machine.DiskSource;
import dev.meridian.domain.machine.Machine;
import dev.meridian.domain.metadata.MachineDocument;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What keeps a running machine from going to another node as it runs. */
public final class Migratability {
    private Migratability() {}

    /** Each obstacle, in words that name the field. */
    public static List<Problem> obstacles(Situation s, MachineDocument document) {
        var machine = Machine.of(s.machine().identity(), document.applied());
        return Stream.of(
                        pinned(s),
                        when(
                                document.hypervisor() == HypervisorType.Test,
                                "HypervisorTest",
                                "spec.hypervisor: libvirt's test driver does not migrate"),
                        when(
                                machine.cpu().dedicated(),
                                "DedicatedCpus",
                                "spec.cpu.dedicatedCpuPlacement: it has CPUs of the node for itself"),
                        when(
                                !machine.hostDevices().isEmpty(),
                                "HostDevices",
                                "spec.hostDevices: it has devices of the node"),
                        when(
                                !machine.filesystems().isEmpty(),
                                "Filesystems",
                                "spec.filesystems: virtiofsd keeps state on the node"),
                        when(
                                Guarding.isWanted(document),
                                "Guarded",
                                "spec.isolationResponse: PowerOff: the node's guard holds its guest"),
                        when(machine.devices().vsock(), "Vsock", "spec.vsock: its number is the node's"),
                        when(
                                machine.localState().contains(LocalState.NVRAM) && document.firmware() == null,
                                "NVRAM",
                                "spec.firmware.bootloader: libvirt has not said which UEFI the guest has"),
                        given(s, document, machine),
                        disks(s, document, machine))
                .flatMap(Optional::stream)
                .toList();
    }

    private static Optional<Problem> when(boolean is, String reason, String message) {
        return is ? Optional.of(new Problem(reason, message)) : Optional.empty();
    }

    /** By the present spec: it says where the machine may be from now on. */
    private static Optional<Problem> pinned(Situation s) {
        return when(
                s.host().nodeName().equals(s.spec().nodeName()),
                "Pinned",
                "spec.nodeName: \"%s\" is this node, and the machine may be on no other"
                        .formatted(s.spec().nodeName()));
    }

    private static boolean isGiven(Machine machine) {
        return machine.cloudInit().isPresent()
                || machine.ignition().isPresent()
                || !machine.givenFiles().isEmpty();
    }

    /** The other node makes them anew. */
    private static Optional<Problem> given(Situation s, MachineDocument document, Machine machine) {
        if (isGiven(machine) && document.files().isEmpty()) {
            return Optional.of(
                    new Problem(
                            "GivenFiles",
                            "spec: nobody has noted which files of cloudInit, ignition, sysprep, ConfigMaps and Secrets the guest has; restart the machine"));
        }
        var changed = ArrivingFiles.changed(s, document);
        return when(
                !changed.isEmpty(),
                "GivenFiles",
                "%s: not what the guest was started with, which another node cannot make any more; restart the machine"
                        .formatted(String.join(", ", changed)));
    }

    private static Optional<Problem> disks(Situation s, MachineDocument document, Machine machine) {
        var local = machine.disks().stream()
                .filter(disk -> isOfTheNode(disk.source()))
                .map(DiskShape::name)
                .collect(Collectors.joining(", "));
        return when(!local.isEmpty(), "Disks", "spec.disks: the files of %s are on the node".formatted(local))
                .or(() -> SharedDisks.obstacle(s, document, machine))
                .or(() -> readOnly(machine))
                .or(() -> former(s, machine));
    }

    /** Nobody proves that a path is the same file on two nodes. */
    private static boolean isOfTheNode(DiskSource source) {
        return switch (source) {
            case DiskSource.HostPath _, DiskSource.Volume _ -> true;
            case DiskSource.Image _,
                    DiskSource.ImageItself _,
                    DiskSource.Blank _,
                    DiskSource.Retained _,
                    DiskSource.Given _,
                    DiskSource.Claim _ -> false;
        };
    }

    /** libvirt copies none: it may hold what was written before it was read-only. */
    private static Optional<Problem> readOnly(Machine machine) {
        return machine.disks().stream()
                .filter(disk -> disk.source().isMade() && disk.readOnly())
                .findFirst()
                .map(disk -> new Problem(
                        "Disks",
                        "spec.disks[%s].readOnly: libvirt copies no disk that is read-only; leave it out, or have an image be a Cdrom"
                                .formatted(disk.name())));
    }

    /** Disks of another spec than the guest's or the wished one would not be copied, or not be kept as was wished. */
    private static Optional<Problem> former(Situation s, Machine machine) {
        var has = paths(s, machine);
        var wished = paths(s, s.machine());
        return Stream.concat(
                        has.stream().filter(path -> !wished.contains(path)),
                        s.supplies().own().disks().stream().filter(path -> !has.contains(path)))
                .sorted()
                .findFirst()
                .map(path -> new Problem(
                        "Disks",
                        "spec.disks: %s on the node is the file of a disk that the guest and spec.disks do not both have; restart the machine, and move away what it does not need any more"
                                .formatted(path)));
    }

    private static Set<String> paths(Situation s, Machine machine) {
        return machine.disks().stream()
                .filter(disk -> disk.source().isMade())
                .map(disk -> s.host().madeDisk(machine.identity(), disk))
                .collect(Collectors.toSet());
    }
}
