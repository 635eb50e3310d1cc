package dev.meridian.domain.xml;

import dev.meridian.api.v1alpha1.DiskBus;
import dev.meridian.api.v1alpha1.HypervisorType;
import dev.meridian.api.v1alpha1.InputBus;
import dev.meridian.domain.machine.DiskShape;
import dev.meridian.domain.machine.InterfaceShape;
import dev.meridian.domain.machine.Machine;
import java.util.Map;
import java.util.TreeMap;

/** The bus of each device of a machine. */
final class Buses {
    private Buses() {}

    static Map<String, Bus> of(Machine machine, HypervisorType hypervisor) {
        var buses = new TreeMap<String, Bus>();
        if (GuestAgentXml.isOn(hypervisor)) {
            buses.put(GuestAgentXml.CONTROLLER, Bus.RootPort);
            buses.put(GuestAgentXml.KEY, Bus.VirtioSerial);
        }
        machine.interfaces().forEach(nic -> buses.put(InterfaceXml.key(nic), bus(nic)));
        machine.disks().forEach(disk -> buses.put(DiskXml.key(disk), bus(disk)));
        machine.filesystems().forEach(filesystem -> buses.put(FilesystemXml.key(filesystem), Bus.RootPort));
        // More than one of USB takes.
        machine.hostDevices().forEach(device -> buses.put(HostDeviceXml.key(device), Bus.RootPort));
        machine.cloudInit().ifPresent(_ -> buses.put(CloudInitXml.KEY, Bus.RootPort));
        if (machine.disks().stream().anyMatch(disk -> disk.bus() == DiskBus.scsi)) {
            buses.put(ControllerXml.SCSI, Bus.RootPort);
        }
        if (needsUsb(machine)) {
            buses.put(ControllerXml.USB, Bus.RootPort);
        }
        DeviceXml.addressed(machine.devices(), hypervisor).forEach(device -> buses.put(device.key(), device.bus()));
        return buses;
    }

    /** How many root ports the devices of a q35 board take. */
    static long rootPorts(Machine machine, HypervisorType hypervisor) {
        var buses = of(machine, hypervisor).values();
        var bridge = buses.contains(Bus.ConventionalPci) ? 1 : 0;
        return buses.stream().filter(Bus.RootPort::equals).count() + bridge;
    }

    static boolean needsUsb(Machine machine) {
        return !machine.hostDevices().isEmpty()
                || machine.disks().stream().anyMatch(disk -> disk.bus() == DiskBus.usb)
                || machine.devices().inputs().stream().anyMatch(input -> input.bus() == InputBus.usb);
    }

    private static Bus bus(InterfaceShape nic) {
        return switch (nic.model()) {
            case virtio, e1000e -> Bus.RootPort;
            case e1000, rtl8139 -> Bus.ConventionalPci;
        };
    }

    private static Bus bus(DiskShape disk) {
        return switch (disk.bus()) {
            case virtio -> Bus.RootPort;
            case scsi -> Bus.Scsi;
            case sata -> Bus.Sata;
            case usb -> Bus.Usb;
            case fdc -> Bus.Fdc;
        };
    }
}
