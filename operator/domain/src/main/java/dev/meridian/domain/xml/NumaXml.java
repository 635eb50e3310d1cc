package dev.meridian.domain.xml;

import static dev.meridian.domain.xml.El.el;

import dev.meridian.domain.machine.CpuShape;
import dev.meridian.domain.machine.Machine;
import dev.meridian.domain.machine.MemoryShares;
import dev.meridian.domain.machine.NumaShape;
import dev.meridian.domain.metadata.MachineDocument;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The NUMA nodes that a guest sees: without one, libvirt plugs no memory in. */
final class NumaXml {
    private NumaXml() {}

    /**
     * A NUMA node of the guest.
     *
     * @param weight for its share of the memory
     */
    private record Cell(String cpus, int weight) {}

    static Optional<El> of(Machine machine, MachineDocument document) {
        var cells = cells(machine, document);
        if (cells.isEmpty()) {
            return Optional.empty();
        }
        var mebibytes =
                MemoryShares.of(machine, cells.stream().map(Cell::weight).toList());
        return Optional.of(el("numa")
                .with(IntStream.range(0, cells.size())
                        .mapToObj(cell -> el("cell")
                                .with("id", cell)
                                .with("cpus", cells.get(cell).cpus())
                                .with("memory", mebibytes.get(cell))
                                .with("unit", "MiB"))
                        .toList()));
    }

    /** Where the memory of each lies, where they are the host's. */
    static Optional<El> tune(MachineDocument document) {
        var nodes = document.vcpuNodes().stream().distinct().toList();
        return nodes.isEmpty()
                ? Optional.empty()
                : Optional.of(el("numatune")
                        .with(IntStream.range(0, nodes.size())
                                .mapToObj(cell -> el("memnode")
                                        .with("cellid", cell)
                                        .with("mode", "strict")
                                        .with("nodeset", nodes.get(cell)))
                                .toList()));
    }

    private static List<Cell> cells(Machine machine, MachineDocument document) {
        return switch (machine.cpu().numa()) {
            case NumaShape.None() ->
                machine.memoryRoom().map(_ -> inTurn(machine.cpu(), 1)).orElse(List.of());
            case NumaShape.Cells(var count) -> inTurn(machine.cpu(), count);
            case NumaShape.OfHost() -> ofHost(document.vcpuNodes());
        };
    }

    /** Sockets go to them in turn, with those that are empty yet: each has its share of those that the guest starts with. */
    private static List<Cell> inTurn(CpuShape cpu, int count) {
        return IntStream.range(0, count)
                .mapToObj(cell -> new Cell(cpus(cpu, cell, count), 1))
                .toList();
    }

    private static String cpus(CpuShape cpu, int cell, int cells) {
        var each = cpu.cores() * cpu.threads();
        return cells == 1
                ? range(0, cpu.maxVcpus())
                : IntStream.iterate(cell, socket -> socket < cpu.maxSockets(), socket -> socket + cells)
                        .mapToObj(socket -> range(socket * each, each))
                        .collect(Collectors.joining(","));
    }

    /** Virtual CPUs of one of the host's stand beside each other. */
    private static List<Cell> ofHost(List<Integer> vcpuNodes) {
        return vcpuNodes.stream()
                .distinct()
                .map(node -> {
                    var count = Math.toIntExact(
                            vcpuNodes.stream().filter(node::equals).count());
                    return new Cell(range(vcpuNodes.indexOf(node), count), count);
                })
                .toList();
    }

    private static String range(int first, int count) {
        return first + "-" + (first + count - 1);
    }
}
