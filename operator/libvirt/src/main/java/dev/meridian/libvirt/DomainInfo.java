package dev.meridian.libvirt;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import dev.meridian.libvirt.DomainState.State;

/**
 * A domain's size and use (virDomainGetInfo).
 *
 * @param maxMemoryBytes what the domain may have
 * @param memoryBytes what it has now
 * @param cpuTimeNanos CPU time used since its start
 */
public record DomainInfo(State state, long maxMemoryBytes, long memoryBytes, int vcpus, long cpuTimeNanos) {

    private static final int BYTES = 40;
    private static final long KIB = 1024;

    static DomainInfo of(Handle domain) {
        try (var struct = new Memory(BYTES)) {
            domain.number("virDomainGetInfo", pointer -> LibvirtC.virDomainGetInfo(pointer, struct));
            return read(struct);
        }
    }

    private static DomainInfo read(Pointer struct) {
        var fields = new StructReader(struct);
        return new DomainInfo(
                State.of(fields.uint8()),
                fields.nativeLong() * KIB,
                fields.nativeLong() * KIB,
                fields.uint16(),
                fields.int64());
    }
}
