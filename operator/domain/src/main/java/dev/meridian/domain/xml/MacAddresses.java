package dev.meridian.domain.xml;

import dev.meridian.domain.machine.Identity;
import dev.meridian.domain.machine.InterfaceShape;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** MAC addresses, derived so that nothing needs to be stored. */
public final class MacAddresses {
    private static final int BYTES = 6;

    private MacAddresses() {}

    /** The interface's own, else the derived one. */
    public static String of(Identity machine, InterfaceShape nic) {
        return nic.macAddress().orElseGet(() -> of(machine, nic.name()));
    }

    /** A locally administered unicast address: 46 bits of SHA-256 over the machine's uid and the interface's name. */
    public static String of(Identity machine, String interfaceName) {
        var hash = sha256(machine.uid() + "/" + interfaceName);
        hash[0] = (byte) ((hash[0] & 0xFC) | 0x02);
        if ((hash[0] & 0xFF) == 0xFE) {
            hash[0] = 0x02; // libvirt keeps fe:... for the host's side of a tap device
        }
        return HexFormat.ofDelimiter(":").formatHex(hash, 0, BYTES);
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
