package dev.meridian.libvirt;

import com.sun.jna.Pointer;
import java.time.Instant;
import java.util.Optional;

/**
 * An address that a network's DHCP server gave away (virNetworkDHCPLease).
 *
 * @param bridge the network's own interface
 */
public record DhcpLease(
        String bridge, Instant expiry, Optional<String> mac, IpAddress address, Optional<String> hostname) {

    /** Copies a virNetworkDHCPLease and frees it. */
    static DhcpLease take(Pointer struct) {
        try {
            return read(struct);
        } finally {
            LibvirtC.virNetworkDHCPLeaseFree(struct);
        }
    }

    private static DhcpLease read(Pointer struct) {
        var fields = new StructReader(struct);
        String bridge = fields.text();
        var expiry = Instant.ofEpochSecond(fields.int64());
        fields.int32(); // type
        var mac = Optional.ofNullable(fields.string());
        fields.string(); // iaid
        var address = new IpAddress(fields.text(), fields.int32());
        return new DhcpLease(bridge, expiry, mac, address, Optional.ofNullable(fields.string()));
    }
}
