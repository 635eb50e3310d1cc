package dev.meridian.libvirt;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;

/**
 * The host's CPUs and memory (virNodeGetInfo).
 *
 * @param model the CPU's architecture, such as {@code x86_64}
 * @param cpus active CPUs
 * @param mhz expected CPU frequency, 0 when unknown
 * @param nodes NUMA nodes; sockets count per node, cores per socket, threads per core
 */
public record NodeInfo(
        String model, long memoryBytes, int cpus, int mhz, int nodes, int sockets, int cores, int threads) {

    private static final int BYTES = 64;
    private static final int MODEL_BYTES = 32;
    private static final long KIB = 1024;

    static NodeInfo of(Handle connection) {
        try (var struct = new Memory(BYTES)) {
            connection.number("virNodeGetInfo", pointer -> LibvirtC.virNodeGetInfo(pointer, struct));
            return read(struct);
        }
    }

    private static NodeInfo read(Pointer struct) {
        var fields = new StructReader(struct);
        return new NodeInfo(
                fields.characters(MODEL_BYTES),
                fields.nativeLong() * KIB,
                fields.int32(),
                fields.int32(),
                fields.int32(),
                fields.int32(),
                fields.int32(),
                fields.int32());
    }
}
