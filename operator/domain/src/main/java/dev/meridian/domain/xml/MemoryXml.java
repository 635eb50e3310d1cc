package dev.meridian.domain.xml;

import static dev.meridian.domain.xml.El.el;

import dev.meridian.domain.machine.MemoryRoom;

/** The elements of memory that is plugged into a running guest. */
public final class MemoryXml {
    private MemoryXml() {}

    /** Up to how much the guest can be given. */
    static El most(MemoryRoom room) {
        return el("maxMemory").with("slots", room.slots()).with("unit", "MiB").text(room.mostMebibytes());
    }

    /** A DIMM, as it is plugged into one of the guest's NUMA nodes. */
    public static String dimm(int cell, long mebibytes) {
        return el("memory")
                .with("model", "dimm")
                .with(el("target")
                        .with(el("size").with("unit", "MiB").text(mebibytes))
                        .with(el("node").text(cell)))
                .toXml();
    }
}
