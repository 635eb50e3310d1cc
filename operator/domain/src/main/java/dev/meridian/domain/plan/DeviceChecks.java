package dev.meridian.domain.plan;

import dev.meridian.api.v1alpha1.Bootloader;
import dev.meridian.api.v1alpha1.ConsoleType;
import dev.meridian.api.v1alpha1.HypervisorType;
import dev.meridian.api.v1alpha1.VideoModel;
import dev.meridian.domain.host.DomainTypeFacts;
import dev.meridian.domain.host.Host;
import dev.meridian.domain.machine.DiskShape;
import dev.meridian.domain.machine.Machine;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whether a node has the firmware and the devices that a spec names. */
final class DeviceChecks {
    private static final String ELSEWHERE = "choose other nodes with spec.nodeSelector";

    /**
     * What a machine needs of its node.
     *
     * @param named the field with its value
     */
    private record Need(String reason, String named, boolean met, String remedy) {
        Problem problem(Host host) {
            return new Problem(reason, "%s cannot be had on node %s; %s".formatted(named, host.nodeName(), remedy));
        }
    }

    private DeviceChecks() {}

    /** Libvirt's test driver takes them all: nothing runs there. */
    static Optional<Problem> firstProblem(
            Machine machine, HypervisorType hypervisor, DomainTypeFacts facts, Host host) {
        return switch (hypervisor) {
            case Test -> Optional.empty();
            case KVM, QEMU, Auto ->
                needs(machine, facts, host).stream()
                        .filter(need -> !need.met())
                        .findFirst()
                        .map(need -> need.problem(host));
        };
    }

    private static List<Need> needs(Machine machine, DomainTypeFacts facts, Host host) {
        var needs = new ArrayList<>(firmware(machine, facts));
        machine.disks().forEach(disk -> needs.addAll(disk(disk, facts)));
        var devices = machine.devices();
        if (devices.tpm()) {
            needs.add(new Need(
                    "TpmUnavailable",
                    "spec.tpm",
                    facts.offers("tpm.backendModel", "emulator") && facts.offers("tpm.model", "tpm-crb"),
                    "install swtpm and swtpm-tools there, or " + ELSEWHERE));
        }
        if (!machine.filesystems().isEmpty()) {
            needs.add(device(
                    "spec.filesystems: virtiofs",
                    facts.offers("filesystem.driverType", "virtiofs"),
                    "install a QEMU that has it there, and its virtiofsd"));
        }
        devices.watchdog().ifPresent(_ -> needs.add(ofX86("spec.watchdog.model: i6300esb", facts)));
        if (devices.panic()) {
            needs.add(ofX86("spec.panic.model: isa", facts));
        }
        devices.consoles().stream()
                .filter(console -> console.type() == ConsoleType.Serial)
                .findFirst()
                .ifPresent(
                        console -> needs.add(ofX86("spec.consoles[%s].type: Serial".formatted(console.name()), facts)));
        devices.video()
                .filter(model -> model != VideoModel.none)
                .ifPresent(model -> needs.add(device(
                        "spec.video.model: " + model,
                        facts.offers("video.modelType", model.name()),
                        "use another model")));
        devices.graphics()
                .ifPresent(type -> needs.add(device(
                        "spec.graphics.type: " + type,
                        facts.offers(
                                "graphics.type",
                                switch (type) {
                                    case VNC -> "vnc";
                                    case SPICE -> "spice";
                                }),
                        "use the other type")));
        if (devices.vsock()) {
            needs.add(device("spec.vsock", host.vhostVsock(), "load its kernel module vhost_vsock there"));
        }
        return needs;
    }

    private static List<Need> firmware(Machine machine, DomainTypeFacts facts) {
        var firmware = machine.firmware();
        if (firmware.bootloader() != Bootloader.UEFI) {
            return List.of();
        }
        var uefi = new Need(
                "FirmwareUnavailable",
                "spec.firmware.bootloader: UEFI",
                facts.offers("os.firmware", "efi"),
                "install its firmware there (package ovmf), or " + ELSEWHERE);
        return firmware.secureBoot()
                ? List.of(
                        uefi,
                        new Need(
                                "FirmwareUnavailable",
                                "spec.firmware.secureBoot: true with spec.machine.type: " + machine.machineType(),
                                facts.offers("loader.secure", "yes")
                                        && machine.machineType().contains("q35"),
                                "use machine type q35 and a node whose firmware has Secure Boot, or leave it out"))
                : List.of(uefi);
    }

    private static List<Need> disk(DiskShape disk, DomainTypeFacts facts) {
        var named = "spec.disks[%s].".formatted(disk.name());
        var bus = device(
                named + "bus: " + disk.bus(),
                facts.offers("disk.bus", disk.bus().name()),
                "use another bus");
        return switch (disk.device()) {
            case Disk, Cdrom -> List.of(bus);
            case Floppy ->
                List.of(device(
                        named + "device: Floppy",
                        facts.isX86() && facts.offers("disk.diskDevice", "floppy") && bus.met(),
                        "use another device"));
            case Lun ->
                List.of(
                        device(named + "device: Lun", facts.offers("disk.diskDevice", "lun"), "use another device"),
                        bus);
        };
    }

    private static Need ofX86(String named, DomainTypeFacts facts) {
        return device(named, facts.isX86(), "it is for x86: leave it out");
    }

    private static Need device(String named, boolean met, String remedy) {
        return new Need("DeviceUnavailable", named, met, remedy + ", or " + ELSEWHERE);
    }
}
