package dev.meridian.domain.xml;

import dev.meridian.domain.machine.CpuShape;
import dev.meridian.domain.metadata.MachineDocument;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which CPUs of the node the threads of a guest's hypervisor may use.
 *
 * @param vcpus of each virtual CPU that there is
 * @param others of the emulator and of disks' own threads
 * @param ioThreads numbers of those
 */
public record CpuPins(List<List<Integer>> vcpus, List<Integer> others, List<Integer> ioThreads) {
    /** One has a CPU for itself where they are dedicated; what the emulator takes, it takes of its guest's. */
    public static CpuPins of(CpuShape cpu, MachineDocument document) {
        var cpus = document.cpus();
        return new CpuPins(
                IntStream.range(0, cpu.vcpus())
                        .mapToObj(vcpu -> cpu.dedicated() ? List.of(cpus.get(vcpu)) : cpus)
                        .toList(),
                cpus,
                document.ioThreads().values().stream().sorted().toList());
    }
}
