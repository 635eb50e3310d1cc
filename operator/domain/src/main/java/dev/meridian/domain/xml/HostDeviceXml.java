package dev.meridian.domain.xml;

import static dev.meridian.domain.xml.El.el;

import dev.meridian.domain.host.HostDevice;
import dev.meridian.domain.machine.HostDeviceShape;
import dev.meridian.domain.machine.Machine;
import dev.meridian.domain.metadata.MachineDocument;
import java.util.List;
import java.util.Optional;

/** The {@code <hostdev>} elements. libvirt takes a device from the node's driver for the guest, and gives it back. */
final class HostDeviceXml {
    private HostDeviceXml() {}

    static List<El> of(Machine machine, MachineDocument document, Addresses addresses) {
        return machine.hostDevices().stream()
                .map(shape -> {
                    var device = device(shape, document);
                    return element(device)
                            .with(el("alias").with("name", key(shape)))
                            .with(address(device, addresses, key(shape)));
                })
                .toList();
    }

    private static HostDevice device(HostDeviceShape shape, MachineDocument document) {
        var device = document.hostDevices().get(shape.name());
        if (device == null) {
            throw new IllegalStateException("the document does not know host device " + shape.name());
        }
        return device;
    }

    private static El element(HostDevice device) {
        var element = el("hostdev").with("mode", "subsystem").with("type", device.kind());
        return switch (device.kind()) {
            case pci -> element.with("managed", "yes").with(el("source").with(pci(device.address())));
            case usb -> element.with("managed", "yes").with(el("source").with(usb(device.address())));
            case mdev ->
                element.with("model", "vfio-pci")
                        .with(el("source").with(el("address").with("uuid", device.address())));
        };
    }

    private static El pci(String address) {
        var parts = address.split("[:.]", -1);
        return el("address")
                .with("domain", "0x" + parts[0])
                .with("bus", "0x" + parts[1])
                .with("slot", "0x" + parts[2])
                .with("function", "0x" + parts[3]);
    }

    private static El usb(String address) {
        var parts = address.split(":", -1);
        return el("address").with("bus", parts[0]).with("device", parts[1]);
    }

    /** Another kind of device may be under the name by now. */
    private static Optional<El> address(HostDevice device, Addresses addresses, String key) {
        var type = switch (device.kind()) {
            case pci, mdev -> "pci";
            case usb -> "usb";
        };
        return Optional.ofNullable(addresses.byDevice().get(key))
                .filter(kept -> type.equals(kept.get("type")))
                .flatMap(_ -> addresses.address(key));
    }

    static String key(HostDeviceShape shape) {
        return "ua-hostdev-" + shape.name();
    }
}
