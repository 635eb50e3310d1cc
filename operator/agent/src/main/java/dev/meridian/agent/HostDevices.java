package dev.meridian.agent;

import java.nio.file.Files;
import java.nio.file.Path;

/** Devices of the node that QEMU opens for a machine, seen from the node's first process: the agent's own /dev lacks them. */
final class HostDevices {
    private static final Path VHOST_VSOCK = Path.of("/proc/1/root/dev/vhost-vsock");

    private HostDevices() {}

    static boolean hasVhostVsock() {
        return Files.exists(VHOST_VSOCK);
    }
}
