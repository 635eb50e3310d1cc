package dev.meridian.agent;

import java.net.URI;

/**
 * Where other nodes reach this one for migrations.
 *
 * @param libvirt such as {@code qemu+tls://node-2/system}
 * @param qemu such as {@code tcp://10.0.0.2}
 */
public record MigrationUris(String libvirt, String qemu) {
    boolean isTls() {
        return libvirt.startsWith("qemu+tls:");
    }

    String libvirtHost() {
        return URI.create(libvirt).getHost();
    }

    String qemuHost() {
        return URI.create(qemu).getHost();
    }
}
