package dev.meridian.agent;

import dev.meridian.domain.plan.SharedDevice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Set;

/** Proves that a guest has open here the devices that were compared with the other node's. */
final class SharedDevices {
    private SharedDevices() {}

    /** @param open numbers of the devices that the guest's hypervisor has open */
    static void require(List<SharedDevice> devices, Set<String> open) {
        devices.stream()
                .filter(device -> !open.contains(device.number()))
                .findFirst()
                .ifPresent(device -> {
                    throw new UncheckedIOException(new IOException(
                            "spec.disks[%s]: the claim's device %s (%s) is not the one that the guest has open; restart the machine"
                                    .formatted(device.disk(), device.here(), device.number())));
                });
    }
}
