package dev.meridian.domain.xml;

import dev.meridian.api.v1alpha1.DiskBus;
import dev.meridian.api.v1alpha1.InterfaceModel;
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
        machine.interfaces().forEach(nic -> buses.put(InterfaceXml.key(nic), bus(nic.model())));
        machine.disks().forEach(disk -> {
            buses.put(DiskXml.key(disk), disk.bus().name());
            if (disk.bus() == DiskBus.scsi) {
                buses.put(ControllerXml.SCSI, "pci");
            }
        });
        return buses;
    }

    /** A card of conventional PCI takes no root port. */
    private static String bus(InterfaceModel model) {
        return switch (model) {
            case virtio, e1000e -> "pci";
            case e1000, rtl8139 -> "conventional-pci";
        };
    }
}
