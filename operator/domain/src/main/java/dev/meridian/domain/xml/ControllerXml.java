package dev.meridian.domain.xml;

import static dev.meridian.domain.xml.El.el;

import dev.meridian.api.v1alpha1.DiskBus;
import dev.meridian.api.v1alpha1.HypervisorType;
import dev.meridian.domain.machine.Machine;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The {@code <controller>} elements. A q35 board has eight PCI Express root ports more than it needs from its first
 * boot, so that devices added later find one without moving another.
 */
final class ControllerXml {
    static final int SPARE_ROOT_PORTS = 8;
    static final String PCI = "controller-pci-";
    static final String SCSI = "controller-scsi-0";
    static final String USB = "controller-usb-0";

    /** The most that a qemu-xhci has. */
    private static final int USB_PORTS = 15;

    private ControllerXml() {}

    static List<El> of(Machine machine, HypervisorType hypervisor, Addresses addresses) {
        var controllers = new ArrayList<El>();
        controllers.add(usb(machine, addresses));
        if (machine.machineType().contains("q35")) {
            controllers.addAll(pciExpress(machine, hypervisor, addresses));
        }
        if (machine.disks().stream().anyMatch(disk -> disk.bus() == DiskBus.scsi)) {
            controllers.add(el("controller")
                    .with("type", "scsi")
                    .with("index", 0)
                    .with("model", "virtio-scsi")
                    .with(addresses.address(SCSI)));
        }
        return controllers;
    }

    private static List<El> pciExpress(Machine machine, HypervisorType hypervisor, Addresses addresses) {
        var models = new TreeMap<Integer, String>();
        models.put(0, "pcie-root");
        for (int port = 1;
                port <= Buses.rootPorts(machine, hypervisor) + SPARE_ROOT_PORTS && !known(addresses);
                port++) {
            models.put(port, "pcie-root-port");
        }
        addresses.byDevice().forEach((device, attributes) -> {
            if (device.startsWith(PCI)) {
                models.put(
                        Integer.valueOf(device.substring(PCI.length())),
                        attributes.getOrDefault(Addresses.CONTROLLER_MODEL, "pcie-root-port"));
            }
        });
        var elements = new ArrayList<El>();
        models.forEach((index, model) -> elements.add(el("controller")
                .with("type", "pci")
                .with("index", index)
                .with("model", model)
                .with(index == 0 ? Optional.empty() : addresses.address(PCI + index))));
        return elements;
    }

    private static boolean known(Addresses addresses) {
        return addresses.byDevice().keySet().stream().anyMatch(device -> device.startsWith(PCI));
    }

    /** Left out, libvirt would add one; and a hub, where there are fewer ports than devices. */
    private static El usb(Machine machine, Addresses addresses) {
        var controller = el("controller").with("type", "usb");
        return Buses.needsUsb(machine)
                ? controller
                        .with("index", 0)
                        .with("model", "qemu-xhci")
                        .with("ports", USB_PORTS)
                        .with(addresses.address(USB))
                : controller.with("model", "none");
    }
}
