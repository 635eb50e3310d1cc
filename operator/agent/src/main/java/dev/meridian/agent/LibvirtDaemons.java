package dev.meridian.agent;

import dev.meridian.domain.effect.EffectWatch;
import dev.meridian.libvirt.DaemonAdmin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The daemons of the node's libvirt that other nodes may reach. */
class LibvirtDaemons {
    private static final Path RUN = Path.of("/run/libvirt");
    /** By the sockets for their administrators: the one for all, and the one before the modular ones. */
    private static final Map<String, String> DAEMONS =
            Map.of("libvirt-admin-sock", "libvirtd", "virtproxyd-admin-sock", "virtproxyd");

    private final EffectWatch watch;

    LibvirtDaemons(EffectWatch watch) {
        this.watch = watch;
    }

    /**
     * Has them read their certificates again.
     *
     * @throws dev.meridian.libvirt.LibvirtException where one does not
     */
    void readCertificates() throws IOException {
        var there = DAEMONS.entrySet().stream()
                .filter(daemon -> Files.exists(RUN.resolve(daemon.getKey())))
                .map(Map.Entry::getValue)
                .toList();
        if (there.isEmpty()) {
            throw new IOException("%s has no socket for its administrator".formatted(RUN));
        }
        there.forEach(daemon -> watch.around("TellLibvirt", () -> DaemonAdmin.updateTlsFiles(daemon)));
    }
}
