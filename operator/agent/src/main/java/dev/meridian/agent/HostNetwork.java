package dev.meridian.agent;

import dev.meridian.libvirt.NetworkNamespace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Supplier;

/** The node's own network, in which its first process is, and libvirt: an agent in a pod has another. */
final class HostNetwork {
    private static final NetworkNamespace NODES = new NetworkNamespace(FirstProcess.PROC.resolve("ns/net"));

    private HostNetwork() {}

    /**
     * What {@code look} finds there, by sockets, {@code /proc/thread-self/net} or {@code /proc/sys/net}; in our own network where
     * the first process may not be looked at.
     */
    static <T> T see(Supplier<T> look) {
        if (!FirstProcess.isSeen()) {
            return look.get();
        }
        try {
            return NODES.see(look);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
