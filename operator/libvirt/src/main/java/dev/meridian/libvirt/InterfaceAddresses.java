package dev.meridian.libvirt;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The addresses of one network interface (virDomainInterface).
 *
 * @param name the host's tap device; from {@link AddressSource#AGENT} the guest's own name
 * @param mac empty for an interface without one, such as the guest's loopback
 */
public record InterfaceAddresses(String name, Optional<String> mac, List<IpAddress> addresses) {

    /** sizeof(virDomainIPAddress): int type, char *addr, unsigned int prefix. */
    private static final long ADDRESS_BYTES = 3L * Native.POINTER_SIZE;

    public InterfaceAddresses {
        addresses = List.copyOf(addresses);
    }

    /** Copies a virDomainInterface and frees it. */
    static InterfaceAddresses take(Pointer struct) {
        try {
            return read(struct);
        } finally {
            LibvirtC.virDomainInterfaceFree(struct);
        }
    }

    private static InterfaceAddresses read(Pointer struct) {
        var fields = new StructReader(struct);
        String name = fields.text();
        var mac = Optional.ofNullable(fields.string());
        int count = fields.int32();
        Pointer addresses = fields.pointer();
        if (addresses == null) {
            return new InterfaceAddresses(name, mac, List.of());
        }
        return new InterfaceAddresses(
                name,
                mac,
                IntStream.range(0, count)
                        .mapToObj(i -> address(addresses.share(i * ADDRESS_BYTES)))
                        .toList());
    }

    private static IpAddress address(Pointer struct) {
        var fields = new StructReader(struct);
        fields.int32();
        return new IpAddress(fields.text(), fields.int32());
    }
}
