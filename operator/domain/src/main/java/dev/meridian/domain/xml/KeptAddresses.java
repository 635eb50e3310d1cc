package dev.meridian.domain.xml;

import dev.meridian.api.v1alpha1.HypervisorType;
import dev.meridian.domain.machine.Machine;
import java.util.HashMap;
import java.util.Map;

/**
 * The device addresses that outlive a change of a machine's spec: those of devices that stay on their bus. One that was
 * removed leaves its address to others, and comes back as a new one.
 */
public final class KeptAddresses {
    private KeptAddresses() {}

    public static Map<String, Map<String, String>> of(
            Map<String, Map<String, String>> byDevice, Machine before, Machine after, HypervisorType hypervisor) {
        var then = Buses.of(before, hypervisor);
        var now = Buses.of(after, hypervisor);
        var kept = new HashMap<>(byDevice);
        kept.keySet().removeIf(device -> {
            var bus = now.get(device);
            return !device.startsWith(ControllerXml.PCI) && (bus == null || bus != then.get(device));
        });
        return kept;
    }
}
