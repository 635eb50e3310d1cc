package dev.meridian.domain.plan;

import dev.meridian.api.v1alpha1.Disk;
import dev.meridian.api.v1alpha1.HypervisorType;
import dev.meridian.api.v1alpha1.Memory;
import dev.meridian.api.v1alpha1.PowerVerbs;
import dev.meridian.domain.host.DomainTypeFacts;
import dev.meridian.domain.host.FileFact;
import dev.meridian.domain.life.Verb;
import dev.meridian.domain.machine.Boot;
import dev.meridian.domain.machine.DiskShape;
import dev.meridian.domain.machine.Machine;
import dev.meridian.domain.machine.NumaShape;
import dev.meridian.domain.metadata.KeptSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** What must hold of a spec and its node before the machine is started, each violation in words that say the remedy. */
final class StartChecks {
    private record NamedFile(String field, String path, boolean write) {}

    private StartChecks() {}

    static Optional<Problem> firstProblem(Situation s) {
        return SpecTexts.firstProblem(KeptSpec.of(s.spec()))
                .or(() -> verb(s))
                .or(() -> clock(s))
                .or(() -> memory(s))
                .or(() -> size(s.machine().disks()))
                .or(() -> NetworkChecks.macAddress(s))
                .or(() -> sharedFile(s.machine().disks()))
                .or(() -> node(s));
    }

    private static Optional<Problem> verb(Situation s) {
        var requested = Objects.requireNonNullElse(s.spec().power(), PowerVerbs.NONE);
        return Arrays.stream(Verb.values())
                .filter(verb -> verb.in(requested) != null
                        && Verb.time(verb.in(requested)).isEmpty())
                .map(verb -> new Problem(
                        "InvalidSpec",
                        "spec.power.%s: %s is no time; give one like 2026-01-31T12:00:00Z"
                                .formatted(verb.field(), verb.in(requested))))
                .findFirst();
    }

    private static Optional<Problem> clock(Situation s) {
        return s.machine().clock().base().problem(s.now()).map(message -> new Problem("InvalidSpec", message));
    }

    private static Optional<Problem> memory(Situation s) {
        return s.machine().memoryMebibytes() > 0
                ? Optional.empty()
                : Optional.of(new Problem(
                        "InvalidSpec",
                        "spec.memory.guest: %s cannot be had; give a size from %s to %s"
                                .formatted(s.spec().memory().guest(), Memory.LEAST, Memory.MOST)));
    }

    private static Optional<Problem> size(List<DiskShape> disks) {
        return disks.stream()
                .filter(disk -> disk.source().wishedBytes().orElse(1) == 0)
                .map(disk -> new Problem(
                        "InvalidSpec",
                        "spec.disks[%s].size: it cannot be had; give a size from %s to %s"
                                .formatted(disk.name(), Disk.LEAST, Disk.MOST)))
                .findFirst();
    }

    private static Optional<Problem> sharedFile(List<DiskShape> disks) {
        return disks.stream()
                .flatMap(disk -> disk.source().hostPath().stream()
                        .flatMap(path -> disks.stream()
                                .takeWhile(earlier -> !earlier.name().equals(disk.name()))
                                .filter(earlier -> earlier.source()
                                        .hostPath()
                                        .filter(path::equals)
                                        .isPresent())
                                .filter(earlier -> !(earlier.readOnly() && disk.readOnly())
                                        && !(earlier.shareable() && disk.shareable()))
                                .map(earlier -> new Problem(
                                        "FileShared",
                                        "spec.disks[%s].hostPath.path: %s is the file of disk %s as well, and one of them may write; give each its own path, or make both readOnly"
                                                .formatted(disk.name(), path, earlier.name())))))
                .findFirst();
    }

    private static Optional<Problem> node(Situation s) {
        var resolved = s.host().resolve(s.machine().hypervisor());
        if (resolved.isEmpty()) {
            return Optional.of(new Problem(
                    "HypervisorUnavailable",
                    "spec.hypervisor: %s is not offered by node %s, which has %s"
                            .formatted(
                                    s.machine().hypervisor(),
                                    s.host().nodeName(),
                                    s.host().types().keySet())));
        }
        var facts = s.host().types().get(resolved.get());
        return facts == null
                ? Optional.empty()
                : machineType(s.machine(), facts)
                        .or(() -> cpuModel(s.machine(), facts))
                        .or(() -> memoryRoom(s, resolved.get(), facts))
                        .or(() -> numa(s, resolved.get()))
                        .or(() -> TimerChecks.firstProblem(
                                s.machine(), resolved.get(), facts, s.host().nodeName()))
                        .or(() -> DeviceChecks.firstProblem(s.machine(), resolved.get(), facts, s.host()))
                        .or(() -> files(s))
                        .or(() -> VolumeChecks.firstProblem(s));
    }

    private static Optional<Problem> machineType(Machine machine, DomainTypeFacts facts) {
        if (facts.machines().isEmpty() || facts.machines().contains(machine.machineType())) {
            return Optional.empty();
        }
        return Optional.of(new Problem(
                "MachineTypeUnknown",
                "spec.machine.type: %s is not known to the node's libvirt; use q35 or one that its Hypervisor lists in status.drivers"
                        .formatted(machine.machineType())));
    }

    private static Optional<Problem> cpuModel(Machine machine, DomainTypeFacts facts) {
        return machine.cpu()
                .model()
                .filter(_ -> !facts.cpuModels().isEmpty())
                .filter(model -> !facts.cpuModels().contains(model))
                .map(model -> new Problem(
                        "CpuModelUnknown",
                        "spec.cpu.model: %s cannot be used on the node; use one that its Hypervisor lists in status.drivers, or leave it out"
                                .formatted(model)));
    }

    private static Optional<Problem> memoryRoom(Situation s, HypervisorType hypervisor, DomainTypeFacts facts) {
        return s.machine()
                .memoryRoom()
                .filter(_ -> hypervisor == HypervisorType.Test || !facts.isX86())
                .map(_ -> new Problem(
                        "MemoryNotPluggable",
                        "spec.memory.maxGuest: hypervisor %s plugs no memory into guests of %s on node %s; leave it out, or choose other nodes with spec.nodeSelector"
                                .formatted(
                                        hypervisor,
                                        facts.architecture(),
                                        s.host().nodeName())));
    }

    private static Optional<Problem> numa(Situation s, HypervisorType hypervisor) {
        return s.machine().cpu().numa() instanceof NumaShape.None || hypervisor != HypervisorType.Test
                ? Optional.empty()
                : Optional.of(new Problem(
                        "NumaNotOffered",
                        "spec.cpu.numa: hypervisor %s gives guests of node %s no NUMA nodes; leave it out, or choose other nodes with spec.nodeSelector"
                                .formatted(hypervisor, s.host().nodeName())));
    }

    private static Optional<Problem> files(Situation s) {
        return namedFiles(s.machine()).stream()
                .flatMap(file -> file(s, file).stream())
                .findFirst();
    }

    private static Optional<Problem> file(Situation s, NamedFile file) {
        if (!s.opened().allows(file.path(), file.write()) || s.host().keeps(file.path())) {
            return Optional.of(new Problem(
                    "PathNotOpened",
                    "%s: %s is not opened to namespace %s%s on node %s; ask an administrator for a HypervisorPolicy"
                            .formatted(
                                    file.field(),
                                    file.path(),
                                    s.machine().identity().namespace(),
                                    file.write() ? " for writing" : "",
                                    s.host().nodeName())));
        }
        return switch (s.files().getOrDefault(file.path(), new FileFact.Missing())) {
            case FileFact.Usable() -> Optional.empty();
            case FileFact.Missing() ->
                Optional.of(new Problem(
                        "FileMissing",
                        "%s: %s is not on node %s; put it there or correct the path"
                                .formatted(file.field(), file.path(), s.host().nodeName())));
            case FileFact.Refused(var why) ->
                Optional.of(new Problem(
                        "FileRefused",
                        "%s: %s on node %s %s"
                                .formatted(file.field(), file.path(), s.host().nodeName(), why)));
        };
    }

    /** In a person's words what the hypervisor says of a file whose lock another process holds. */
    static String inUse(Situation s, String said) {
        return namedFiles(s.machine()).stream()
                .filter(file -> said.contains("[" + file.path() + "]"))
                .map(file ->
                        "%s: %s is in use on node %s, by another machine or process; stop that one, or give this one its own file"
                                .formatted(file.field(), file.path(), s.host().nodeName()))
                .findFirst()
                .or(() -> VolumeChecks.inUse(s, said))
                .orElse(said);
    }

    /** Paths of all files on the node that a machine names. */
    static List<String> paths(Machine machine) {
        return namedFiles(machine).stream().map(NamedFile::path).toList();
    }

    private static List<NamedFile> namedFiles(Machine machine) {
        var files = new ArrayList<NamedFile>();
        switch (machine.boot()) {
            case Boot.Disks() -> {}
            case Boot.Kernel(var kernel, var initrd, var _) -> {
                files.add(new NamedFile("spec.firmware.kernelBoot.kernel.hostPath.path", kernel, false));
                initrd.ifPresent(
                        path -> files.add(new NamedFile("spec.firmware.kernelBoot.initrd.hostPath.path", path, false)));
            }
        }
        machine.disks()
                .forEach(disk -> disk.source()
                        .hostPath()
                        .ifPresent(path -> files.add(new NamedFile(
                                "spec.disks[%s].hostPath.path".formatted(disk.name()), path, !disk.readOnly()))));
        return files;
    }
}
