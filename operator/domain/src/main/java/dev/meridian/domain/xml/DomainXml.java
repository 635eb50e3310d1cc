package dev.meridian.domain.xml;

import static dev.meridian.domain.xml.El.el;

import dev.meridian.api.v1alpha1.HugePageSize;
import dev.meridian.api.v1alpha1.HypervisorType;
import dev.meridian.domain.clock.ClockRules;
import dev.meridian.domain.host.DomainTypeFacts;
import dev.meridian.domain.host.Host;
import dev.meridian.domain.machine.Boot;
import dev.meridian.domain.machine.HugePageSizes;
import dev.meridian.domain.machine.Machine;
import dev.meridian.domain.metadata.MachineDocument;
import dev.meridian.domain.metadata.MachineDocuments;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The persistent definition of a machine, as libvirt is told of it. */
public final class DomainXml {
    /** A full guest with it takes less than its reservation asks for; measured by OverheadE2E. */
    private static final int TRANSLATED_MEBIBYTES = 90;

    /** XML namespace of our element in {@code <metadata>}; the machine document is its text. */
    public static final String METADATA_NAMESPACE = "https://meridian.dev/machine/v1";

    /** Grows when a document gives another definition than before: marks of older ones cannot be compared. */
    static final int GENERATION = 6;

    private DomainXml() {}

    /** @throws IllegalArgumentException when a string holds what XML cannot */
    public static String of(Machine machine, Host host, MachineDocument document) {
        return of(machine, host, document, machine.identity().domainName());
    }

    /** @param name of the domain, where it has another than it should */
    public static String of(Machine machine, Host host, MachineDocument document, String name) {
        var facts = host.types().get(document.hypervisor());
        if (facts == null) {
            throw new IllegalArgumentException("hypervisor " + document.hypervisor() + " is not on this node");
        }
        var timers = GuestTimers.of(machine.clock(), document.hypervisor(), facts);
        return el("domain")
                .with("type", facts.libvirtName())
                .with(el("name").text(name))
                .with(el("uuid").text(machine.identity().uid()))
                .with(el("metadata").with(metadata(document)))
                .with(machine.memoryRoom().map(MemoryXml::most))
                .with(el("memory").with("unit", "MiB").text(machine.memoryMebibytes()))
                .with(memoryBacking(machine))
                .with(CpuXml.count(machine.cpu(), document))
                .with(ioThreads(document))
                .with(CpuXml.tune(machine.cpu(), document))
                .with(NumaXml.tune(document))
                .with(FirmwareXml.sysinfo(machine.firmware()))
                .with(machine.ignition().map(_ -> ignition(machine, host)))
                .with(FirmwareXml.of(
                        os(machine, facts, document), machine, host, Optional.ofNullable(document.firmware())))
                .with(el("features")
                        .with(el("acpi"), el("apic"))
                        .with(FirmwareXml.smm(machine.firmware()))
                        .with(HypervXml.of(machine.clock(), timers, document.hypervisor(), facts))
                        .with(translation(document.hypervisor())))
                .with(CpuXml.of(machine, document))
                .with(ClockXml.of(
                        timers, ClockRules.definitionOffset(machine.clock(), document.clock(), document.clockBegan())))
                .with(el("on_poweroff").text("destroy"))
                .with(el("on_reboot").text("restart"))
                .with(el("on_crash").text("destroy"))
                .with(el("devices").with(devices(machine, host, facts, document)))
                .toXml();
    }

    /** Else QEMU keeps up to 1 GiB of what it has translated, of which the reservation knows nothing. */
    private static Optional<El> translation(HypervisorType hypervisor) {
        return switch (hypervisor) {
            case QEMU ->
                Optional.of(el("tcg").with(el("tb-cache").with("unit", "MiB").text(TRANSLATED_MEBIBYTES)));
            case Auto, KVM, Test -> Optional.empty();
        };
    }

    /** A virtiofsd reads and writes the guest's memory itself. */
    private static Optional<El> memoryBacking(Machine machine) {
        var pages = machine.hugePages().map(DomainXml::hugePages).stream();
        var shared = machine.filesystems().isEmpty()
                ? Stream.<El>of()
                : Stream.of(el("source").with("type", "memfd"), el("access").with("mode", "shared"));
        var backing = Stream.concat(pages, shared).toList();
        return backing.isEmpty()
                ? Optional.empty()
                : Optional.of(el("memoryBacking").with(backing));
    }

    private static El hugePages(HugePageSize size) {
        return el("hugepages")
                .with(el("page").with("size", HugePageSizes.mebibytes(size)).with("unit", "MiB"));
    }

    /** By the file's name: what it holds would stand in the definition, and among the hypervisor's arguments. */
    private static El ignition(Machine machine, Host host) {
        return el("sysinfo")
                .with("type", "fwcfg")
                .with(el("entry")
                        .with("name", "opt/com.coreos/config")
                        .with("file", host.ignition(machine.identity())));
    }

    private static List<El> ioThreads(MachineDocument document) {
        var numbers = document.ioThreads().values().stream().sorted().toList();
        return numbers.isEmpty()
                ? List.of()
                : List.of(
                        el("iothreads").text(numbers.size()),
                        el("iothreadids")
                                .with(numbers.stream()
                                        .map(number -> el("iothread").with("id", number))
                                        .toList()));
    }

    private static El metadata(MachineDocument document) {
        return el("meridian:machine").with("xmlns:meridian", METADATA_NAMESPACE).text(MachineDocuments.write(document));
    }

    private static El os(Machine machine, DomainTypeFacts facts, MachineDocument document) {
        var type = el("type").with("arch", facts.architecture());
        var board = document.machineType() == null ? machine.machineType() : document.machineType();
        var os = el("os").with((facts.machines().isEmpty() ? type : type.with("machine", board)).text("hvm"));
        return switch (machine.boot()) {
            case Boot.Disks() -> os;
            case Boot.Kernel(var kernel, var initrd, var arguments) ->
                os.with(el("kernel").text(kernel))
                        .with(initrd.map(path -> el("initrd").text(path)))
                        .with(
                                arguments.isEmpty()
                                        ? Optional.empty()
                                        : Optional.of(el("cmdline").text(arguments)));
        };
    }

    private static List<El> devices(Machine machine, Host host, DomainTypeFacts facts, MachineDocument document) {
        var addresses = new Addresses(document.addresses());
        var devices = new ArrayList<El>();
        facts.emulator().ifPresent(path -> devices.add(el("emulator").text(path)));
        devices.addAll(DiskXml.of(machine, host, document, addresses));
        devices.addAll(FilesystemXml.of(machine, document, addresses));
        devices.addAll(CloudInitXml.of(machine, host, addresses));
        devices.addAll(SysprepXml.of(machine, host, addresses));
        devices.addAll(ControllerXml.of(machine, document.hypervisor(), addresses));
        devices.addAll(GuestAgentXml.of(document.hypervisor(), addresses));
        devices.addAll(InterfaceXml.of(machine.identity(), machine.interfaces(), document));
        devices.addAll(ConsoleXml.of(machine.identity(), host));
        devices.addAll(HostDeviceXml.of(machine, document, addresses));
        devices.addAll(DeviceXml.of(machine.devices(), document.hypervisor(), addresses));
        return devices;
    }
}
