package dev.meridian.libvirt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** An empty disk behind a qemu-nbd of our own: once that is closed, every read of the disk fails. */
final class NbdServer implements AutoCloseable {

    /** Without a name libvirt 9.0 has no path to tell in its IO_ERROR event, and loses the event. */
    static final String EXPORT = "disk";

    private final Path directory;
    private final Process process;

    private NbdServer(Path directory, Process process) {
        this.directory = directory;
        this.process = process;
    }

    static NbdServer start() throws IOException {
        assertThat(Path.of("/usr/bin/qemu-nbd")).as("install qemu-utils").isExecutable();
        var directory = Files.createTempDirectory("meridian-nbd-");
        var image = directory.resolve("image");
        Files.write(image, new byte[1 << 20]);
        var socket = directory.resolve("socket");
        var process = new ProcessBuilder(
                        "/usr/bin/qemu-nbd",
                        "--format=raw",
                        "--persistent",
                        "--export-name=" + EXPORT,
                        "--socket=" + socket,
                        image.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("output").toFile())
                .start();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!Files.exists(socket)) {
            assertThat(process.isAlive() && System.nanoTime() < end)
                    .as("qemu-nbd listens: %s", Files.readString(directory.resolve("output")))
                    .isTrue();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
        return new NbdServer(directory, process);
    }

    /** The disk of a domain that boots from it and is paused when a read fails. */
    String disk() {
        return """
                <disk type='network' device='disk'>
                  <driver name='qemu' type='raw' error_policy='stop' rerror_policy='stop'/>
                  <source protocol='nbd' name='%s'><host transport='unix' socket='%s'/></source>
                  <target dev='vda' bus='virtio'/>
                  <boot order='1'/>
                </disk>""".formatted(EXPORT, directory.resolve("socket"));
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
        for (var name : new String[] {"image", "socket", "output"}) {
            assertThat(directory.resolve(name).toFile().delete() || !Files.exists(directory.resolve(name)))
                    .isTrue();
        }
        assertThat(directory.toFile().delete() || !Files.exists(directory)).isTrue();
    }
}
