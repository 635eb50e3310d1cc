package dev.meridian.domain.xml;

import static dev.meridian.domain.xml.El.el;

import dev.meridian.domain.machine.Machine;
import dev.meridian.domain.machine.MemoryRoom;

/** The elements of memory that is plugged into a running guest. */
public final class MemoryXml {
    /** The guest's only NUMA node. */
    private static final int NODE = 0;

    private MemoryXml() {}

    /** Up to how much the guest can be given. */
    static El most(MemoryRoom room) {
        return el("maxMemory").with("slots", room.slots()).with("unit", "MiB").text(room.mostMebibytes());
    }

    /** The NUMA node without which libvirt plugs no memory in; all that the guest has from its start is there. */
    static El node(Machine machine) {
        return el("numa")
                .with(el("cell")
                        .with("id", NODE)
                        .with("cpus", "0-" + (machine.cpu().maxVcpus() - 1))
                        .with("memory", machine.memoryMebibytes())
                        .with("unit", "MiB"));
    }

    /** A DIMM, as it is plugged in. */
    public static String dimm(long mebibytes) {
        return el("memory")
                .with("model", "dimm")
                .with(el("target")
                        .with(el("size").with("unit", "MiB").text(mebibytes))
                        .with(el("node").text(NODE)))
                .toXml();
    }
}
