package dev.meridian.agent;

import dev.meridian.domain.effect.EffectWatch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;

/**
 * The daemons of the node's libvirt that other nodes may reach, told by virt-admin: libvirt-admin.so.0 cannot be in one process
 * with libvirt.so.0 (9.0), as both register GObject types of the same names, and the second crashes.
 */
final class LibvirtDaemons {
    private static final Path RUN = Path.of("/run/libvirt");
    /** By the sockets for their administrators: the one for all, and the one before the modular ones. */
    private static final Map<String, String> DAEMONS =
            Map.of("libvirt-admin-sock", "libvirtd", "virtproxyd-admin-sock", "virtproxyd");

    private static final int LIMIT_SECONDS = 30;

    private final EffectWatch watch;
    private final Lock handshakes;

    /**
     * @param handshakes held while somebody of ours connects by TLS: a libvirtd (9.0) that reads its certificates meanwhile was
     *     seen to end, as it frees what the handshake uses
     */
    LibvirtDaemons(EffectWatch watch, Lock handshakes) {
        this.watch = watch;
        this.handshakes = handshakes;
    }

    /** Has them read their certificates again. Connections that there are stay as they are. */
    void readCertificates() throws IOException, InterruptedException {
        var there = DAEMONS.entrySet().stream()
                .filter(daemon -> Files.exists(RUN.resolve(daemon.getKey())))
                .map(Map.Entry::getValue)
                .toList();
        if (there.isEmpty()) {
            throw new IOException("%s has no socket for its administrator".formatted(RUN));
        }
        for (var daemon : there) {
            watch.before("TellLibvirt");
            handshakes.lockInterruptibly();
            try {
                tell(daemon);
            } finally {
                handshakes.unlock();
            }
            watch.after("TellLibvirt");
        }
    }

    private static void tell(String daemon) throws IOException, InterruptedException {
        var said = Files.createTempFile("virt-admin", null);
        try {
            var process = new ProcessBuilder(
                            List.of("virt-admin", "-c", daemon + ":///system", "server-update-tls", daemon))
                    .redirectErrorStream(true)
                    .redirectOutput(said.toFile())
                    .start();
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException("virt-admin does not end within %d s".formatted(LIMIT_SECONDS));
            }
            if (process.exitValue() != 0) {
                throw new IOException(
                        Files.readString(said, StandardCharsets.UTF_8).strip());
            }
        } finally {
            Files.delete(said);
        }
    }
}
