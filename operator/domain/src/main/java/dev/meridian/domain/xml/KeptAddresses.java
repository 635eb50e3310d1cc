package dev.meridian.domain.xml;

import dev.meridian.api.v1alpha1.DiskBus;
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
            Map<String, Map<String, String>> byDevice, Machine before, Machine after) {
        var then = buses(before);
        var now = buses(after);
        var kept = new HashMap<>(byDevice);
        kept.keySet().removeIf(device -> {
            var bus = now.get(device);
            return !device.startsWith(ControllerXml.PCI) && (bus == null || !bus.equals(then.get(device)));
        });
        return kept;
    }

    private static Map<String, String> buses(Machine machine) {
        var buses = new HashMap<String, String>();
        buses.put(GuestAgentXml.CONTROLLER, "pci");
        buses.put(GuestAgentXml.KEY, "virtio-serial");
        machine.interfaces().forEach(nic -> buses.put(InterfaceXml.key(nic), "pci"));
        machine.cloudInit().ifPresent(_ -> buses.put(CloudInitXml.KEY, DiskBus.virtio.name()));
        machine.disks().forEach(disk -> {
            buses.put(DiskXml.key(disk), disk.bus().name());
            if (disk.bus() == DiskBus.scsi) {
                buses.put(ControllerXml.SCSI, "pci");
            }
        });
        return buses;
    }
}
