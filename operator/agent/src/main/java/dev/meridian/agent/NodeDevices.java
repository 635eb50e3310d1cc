package dev.meridian.agent;

import dev.meridian.api.v1alpha1.MediatedDevices;
import dev.meridian.api.v1alpha1.OpenedDevice;
import dev.meridian.api.v1alpha1.PciDevices;
import dev.meridian.api.v1alpha1.UsbDevices;
import dev.meridian.domain.host.HostDevice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Devices of the node that guests may have: by sysfs, which is the node's wherever it is mounted. */
final class NodeDevices {
    /** Seen from the node's first process: the agent's own /dev lacks it. */
    private static final Path VHOST_VSOCK = Path.of("/proc/1/root/dev/vhost-vsock");

    private final Path sysfs;

    NodeDevices(Path sysfs) {
        this.sysfs = sysfs;
    }

    static boolean hasVhostVsock() {
        return Files.exists(VHOST_VSOCK);
    }

    /** Those that are of an opened kind, in the order of their addresses. */
    List<HostDevice> of(OpenedDevice opened) {
        var pci = opened.pci();
        if (pci != null) {
            return matching("bus/pci/devices", device -> pci(device, pci));
        }
        var usb = opened.usb();
        if (usb != null) {
            return matching("bus/usb/devices", device -> usb(device, usb));
        }
        var mdev = opened.mdev();
        return mdev == null ? List.of() : matching("bus/mdev/devices", device -> mdev(device, mdev));
    }

    private List<HostDevice> matching(String bus, Function<Path, Optional<HostDevice>> match) {
        var devices = new ArrayList<Path>();
        try (var entries = Files.newDirectoryStream(sysfs.resolve(bus))) {
            entries.forEach(devices::add);
        } catch (NoSuchFileException | NotDirectoryException _) {
            return List.of();
        } catch (DirectoryIteratorException e) {
            throw new UncheckedIOException(e.getCause());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return devices.stream()
                .sorted()
                .flatMap(device -> match.apply(device).stream())
                .toList();
    }

    private static Optional<HostDevice> pci(Path device, PciDevices wished) {
        var matches = wished.address() == null
                ? isOf(device, "vendor", "0x" + wished.vendor()) && isOf(device, "device", "0x" + wished.product())
                : name(device).equals(wished.address());
        return matches ? Optional.of(new HostDevice(HostDevice.Kind.pci, name(device))) : Optional.empty();
    }

    /** Where it is plugged in now; interfaces of devices stand beside these, without numbers. */
    private static Optional<HostDevice> usb(Path device, UsbDevices wished) {
        if (!isOf(device, "idVendor", wished.vendor()) || !isOf(device, "idProduct", wished.product())) {
            return Optional.empty();
        }
        return text(device, "busnum")
                .flatMap(bus -> text(device, "devnum").map(number -> bus + ":" + number))
                .map(address -> new HostDevice(HostDevice.Kind.usb, address));
    }

    private static Optional<HostDevice> mdev(Path device, MediatedDevices wished) {
        try {
            return name(device.resolve("mdev_type").toRealPath()).equals(wished.type())
                    ? Optional.of(new HostDevice(HostDevice.Kind.mdev, name(device)))
                    : Optional.empty();
        } catch (IOException _) { // removed meanwhile
            return Optional.empty();
        }
    }

    private static boolean isOf(Path device, String attribute, String value) {
        return text(device, attribute).filter(value::equals).isPresent();
    }

    /** Nothing where there is none, or the device was unplugged meanwhile. */
    private static Optional<String> text(Path device, String attribute) {
        try {
            return Optional.of(Files.readString(device.resolve(attribute)).strip());
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    private static String name(Path path) {
        return path.getFileName().toString();
    }
}
