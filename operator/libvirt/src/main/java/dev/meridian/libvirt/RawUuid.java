package dev.meridian.libvirt;

import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.util.UUID;

/** A UUID as libvirt's calls have it: VIR_UUID_BUFLEN (16) bytes, most significant first. */
final class RawUuid {

    private static final int BYTES = 16;

    private RawUuid() {}

    static byte[] of(UUID uuid) {
        return ByteBuffer.allocate(BYTES)
                .putLong(uuid.getMostSignificantBits())
                .putLong(uuid.getLeastSignificantBits())
                .array();
    }

    /** Of a virDomainPtr that is ours or borrowed in a callback; asks no daemon. */
    static UUID ofDomain(Pointer domain) {
        byte[] raw = new byte[BYTES];
        if (LibvirtC.virDomainGetUUID(domain, raw) < 0) {
            throw LibvirtException.last();
        }
        var bytes = ByteBuffer.wrap(raw);
        return new UUID(bytes.getLong(), bytes.getLong());
    }
}
