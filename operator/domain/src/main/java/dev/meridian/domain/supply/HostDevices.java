package dev.meridian.domain.supply;

import dev.meridian.domain.host.HostDevice;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The node's devices that a machine names.
 *
 * @param byName those that are on the node, by the name under which they are opened; no entry for what is not opened
 * @param taken those that other machines have
 */
public record HostDevices(Map<String, List<HostDevice>> byName, Set<HostDevice> taken) {
    public static final HostDevices NONE = new HostDevices(Map.of(), Set.of());
}
