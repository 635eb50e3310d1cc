package dev.meridian.agent;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What tells one boot of the node from the next. */
final class BootId {
    private static final Path FILE = Path.of("/proc/sys/kernel/random/boot_id");

    /** As the node's first process sees it, and kubelet. */
    private static final Path NODES = NodeRoot.seen().resolve(FILE);

    private BootId() {}

    static String read() {
        try {
            return Files.readString(NODES).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
