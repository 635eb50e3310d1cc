package dev.meridian.domain.xml;

import static dev.meridian.domain.xml.El.el;

import dev.meridian.domain.machine.CpuShape;
import dev.meridian.domain.machine.HugePageSizes;
import dev.meridian.domain.machine.Machine;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The NUMA nodes that a guest sees: without one, libvirt plugs no memory in. */
final class NumaXml {
    private NumaXml() {}

    static Optional<El> of(Machine machine) {
        return machine.cpu()
                .numaCells()
                .or(() -> machine.memoryRoom().map(_ -> 1))
                .map(cells -> el("numa")
                        .with(IntStream.range(0, cells)
                                .mapToObj(cell -> el("cell")
                                        .with("id", cell)
                                        .with("cpus", cpus(machine.cpu(), cell, cells))
                                        .with("memory", mebibytes(machine, cell, cells))
                                        .with("unit", "MiB"))
                                .toList()));
    }

    /** Sockets go to them in turn, with those that are empty yet: each has its share of those that the guest starts with. */
    private static String cpus(CpuShape cpu, int cell, int cells) {
        var each = cpu.cores() * cpu.threads();
        return cells == 1
                ? range(0, cpu.maxVcpus())
                : IntStream.iterate(cell, socket -> socket < cpu.maxSockets(), socket -> socket + cells)
                        .mapToObj(socket -> range(socket * each, each))
                        .collect(Collectors.joining(","));
    }

    private static String range(int first, int count) {
        return first + "-" + (first + count - 1);
    }

    /** All that the guest has from its start, in whole pages; the first have what cannot be shared out. */
    private static long mebibytes(Machine machine, int cell, int cells) {
        var page = machine.hugePages().map(HugePageSizes::mebibytes).orElse(1L);
        var pages = machine.memoryMebibytes() / page;
        return (pages / cells + (cell < pages % cells ? 1 : 0)) * page;
    }
}
