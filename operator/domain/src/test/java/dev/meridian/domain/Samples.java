package dev.meridian.domain;

import dev.meridian.api.v1alpha1.ClockSource;
import dev.meridian.api.v1alpha1.HypervisorType;
import dev.meridian.api.v1alpha1.PowerVerbs;
import dev.meridian.api.v1alpha1.VirtualMachineNetworkSpec;
import dev.meridian.api.v1alpha1.VirtualMachineSpec;
import dev.meridian.api.v1alpha1.VirtualMachineStatus;
import dev.meridian.domain.clock.GuestClockState;
import dev.meridian.domain.clock.HostStep;
import dev.meridian.domain.guest.GuestReport;
import dev.meridian.domain.host.DomainTypeFacts;
import dev.meridian.domain.host.FileFact;
import dev.meridian.domain.host.Host;
import dev.meridian.domain.host.HostDevice;
import dev.meridian.domain.host.HostNuma;
import dev.meridian.domain.host.KubeletCpus;
import dev.meridian.domain.host.OpenedPaths;
import dev.meridian.domain.machine.Attachment;
import dev.meridian.domain.machine.FilesystemShape;
import dev.meridian.domain.machine.GivenFiles;
import dev.meridian.domain.machine.HostDeviceShape;
import dev.meridian.domain.machine.Identity;
import dev.meridian.domain.machine.InterfaceShape;
import dev.meridian.domain.machine.Machine;
import dev.meridian.domain.metadata.ClockReading;
import dev.meridian.domain.metadata.KeptSpec;
import dev.meridian.domain.metadata.MachineDocument;
import dev.meridian.domain.metadata.Run;
import dev.meridian.domain.network.DhcpHost;
import dev.meridian.domain.network.Network;
import dev.meridian.domain.network.NetworkFacts;
import dev.meridian.domain.network.NetworkIdentity;
import dev.meridian.domain.network.OpenedNetworking;
import dev.meridian.domain.plan.Assignment;
import dev.meridian.domain.plan.Observation;
import dev.meridian.domain.plan.Planner;
import dev.meridian.domain.plan.Progress;
import dev.meridian.domain.plan.Reserved;
import dev.meridian.domain.plan.Situation;
import dev.meridian.domain.supply.HostDevices;
import dev.meridian.domain.supply.MountedFiles;
import dev.meridian.domain.supply.MountedFilesystem;
import dev.meridian.domain.supply.OwnFiles;
import dev.meridian.domain.supply.Supplies;
import dev.meridian.domain.xml.Definition;
import dev.meridian.domain.xml.MacAddresses;
import io.fabric8.kubernetes.api.model.Quantity;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A node, a machine on it and its document, for tests in which most of them does not matter. */
public final class Samples {
    /** As of a definition that nobody has edited. */
    static final Map<String, Quantity> PLENTY = Map.of(
            "cpu", new Quantity("64"),
            "memory", new Quantity("64Gi"),
            "hugepages-2Mi", new Quantity("64Gi"),
            "hugepages-1Gi", new Quantity("64Gi"));

    public static final String MARK = "9000000-2/0123456789abcdef";

    public static final String BOOT_ID = "33333333-3333-4333-8333-333333333333";

    public static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    public static final String CLUSTER = "11111111-1111-4111-8111-111111111111";
    public static final Identity IDENTITY =
            new Identity("team-a", "web", UUID.fromString("22222222-2222-4222-8222-222222222222"));

    private static final String EMULATOR = "/usr/bin/qemu-system-x86_64";
    private static final Set<String> MACHINES = Set.of("q35", "pc-q35-7.2", "pc", "pc-i440fx-7.2");
    private static final List<String> CPU_MODELS =
            List.of("maximum", "host-model", "host-passthrough", "qemu64", "Haswell-noTSX-IBRS");

    private static final Map<String, Set<String>> OFFERED = Map.of(
            "disk.bus", Set.of("fdc", "scsi", "virtio", "usb", "sata"),
            "disk.diskDevice", Set.of("disk", "cdrom", "floppy", "lun"),
            "os.firmware", Set.of("efi"),
            "loader.secure", Set.of("yes", "no"),
            "tpm.model", Set.of("tpm-tis", "tpm-crb"),
            "tpm.backendModel", Set.of("passthrough", "emulator"),
            "video.modelType", Set.of("vga", "qxl", "virtio", "bochs", "none"),
            "graphics.type", Set.of("vnc", "spice"),
            "filesystem.driverType", Set.of("path", "handle", "virtiofs"));

    public static final DomainTypeFacts QEMU =
            new DomainTypeFacts("qemu", "x86_64", Optional.of(EMULATOR), MACHINES, CPU_MODELS, List.of(), OFFERED);
    public static final DomainTypeFacts KVM =
            new DomainTypeFacts("kvm", "x86_64", Optional.of(EMULATOR), MACHINES, CPU_MODELS, List.of(), OFFERED);
    public static final DomainTypeFacts TEST =
            new DomainTypeFacts("test", "i686", Optional.empty(), Set.of(), List.of(), List.of(), Map.of());

    private static final String DIRECTORY = "/var/lib/kubelet/pods/p/volumes/kubernetes.io~csi/pv/mount";

    /** Even CPUs lie on the one, odd ones on the other: as many boards have it. */
    private static final HostNuma NUMA =
            new HostNuma(IntStream.range(0, 16).boxed().collect(Collectors.toMap(cpu -> cpu, cpu -> cpu % 2)));

    private Samples() {}

    /** A domain type as a node of another architecture has it. */
    public static DomainTypeFacts on(String architecture, DomainTypeFacts facts) {
        return new DomainTypeFacts(
                facts.libvirtName(),
                architecture,
                Optional.of("/usr/bin/qemu-system-" + architecture),
                Set.of("virt", "virt-7.2"),
                facts.cpuModels(),
                facts.cpuFeatures(),
                facts.offered());
    }

    public static Host host(Map<HypervisorType, DomainTypeFacts> types, Map<String, Boolean> networks) {
        return new Host(
                "worker-0",
                CLUSTER,
                types,
                networks,
                BOOT_ID,
                "/var/log/meridian/consoles",
                "/var/lib/meridian",
                "/var/lib/meridian/nvram",
                true,
                NUMA,
                ZoneOffset.UTC);
    }

    public static Host host() {
        return host(Map.of(HypervisorType.QEMU, QEMU), Map.of("default", true));
    }

    public static Machine machine(String specYaml) {
        return Machine.of(IDENTITY, spec(specYaml));
    }

    public static VirtualMachineSpec spec(String specYaml) {
        return Yaml.read(specYaml, VirtualMachineSpec.class);
    }

    public static MachineDocument document(VirtualMachineSpec spec) {
        return new MachineDocument(
                MachineDocument.FORMAT,
                IDENTITY,
                CLUSTER,
                KeptSpec.of(spec),
                HypervisorType.QEMU,
                null,
                Map.of(),
                new Run(Run.Phase.Started, 1, NOW, 0, null, BOOT_ID, null, null),
                clock(0, ClockSource.Spec, NOW),
                null,
                PowerVerbs.NONE,
                null,
                false,
                MARK,
                null,
                Map.of(),
                Machine.of(IDENTITY, spec).filesystems().stream()
                        .collect(Collectors.toMap(FilesystemShape::name, _ -> DIRECTORY)),
                null,
                null,
                attachments(spec),
                Map.of(),
                Map.of(),
                Map.of(),
                devices(Machine.of(IDENTITY, spec)),
                List.of(),
                List.of(),
                null,
                null);
    }

    private static final HostDevice DEVICE = new HostDevice(HostDevice.Kind.pci, "0000:3b:00.0");

    private static Supplies supplies(Machine machine) {
        return new Supplies(
                Map.of(),
                Map.of(),
                Map.of(),
                given(machine),
                Map.of(),
                Set.of(),
                machine.filesystems().stream()
                        .collect(Collectors.<FilesystemShape, String, MountedFilesystem>toMap(
                                filesystem -> filesystem.claim().volume(),
                                _ -> new MountedFilesystem.Directory(DIRECTORY))),
                new HostDevices(
                        machine.hostDevices().stream()
                                .collect(Collectors.toMap(
                                        HostDeviceShape::deviceName, _ -> List.of(DEVICE), (one, _) -> one)),
                        Set.of()),
                Map.of(),
                Map.of(),
                Set.of(),
                false,
                OwnFiles.NONE);
    }

    private static Map<String, HostDevice> devices(Machine machine) {
        return machine.hostDevices().stream().collect(Collectors.toMap(HostDeviceShape::name, _ -> DEVICE));
    }

    private static Map<String, Attachment> attachments(VirtualMachineSpec spec) {
        return Machine.of(IDENTITY, spec).interfaces().stream()
                .filter(nic -> nic.network().isPresent())
                .collect(Collectors.toMap(
                        InterfaceShape::name,
                        _ -> new Attachment("meridian-lan", "meridian-lan-address", "10.20.30.10")));
    }

    /** The machine belongs here, its files are usable and room is reserved. */
    public static Situation situation(VirtualMachineSpec spec, Observation observation, Instant now) {
        var machine = Machine.of(IDENTITY, spec);
        var files = Planner.files(machine).stream()
                .collect(Collectors.toMap(path -> path, _ -> (FileFact) new FileFact.Usable()));
        return new Situation(
                machine,
                spec,
                1,
                false,
                new Assignment.Here(1),
                observation,
                host(),
                new OpenedPaths(List.of(new OpenedPaths.Opened("/images", false)), List.of()),
                files,
                supplies(machine),
                new Reserved.Bound("web-1", PLENTY, 0),
                KubeletCpus.UNMANAGED,
                VirtualMachineStatus.NONE,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Progress.NONE,
                now,
                networks(machine),
                Optional.empty());
    }

    /** Whatever a machine is given holds one file, by which Windows can be set up. */
    private static Map<String, MountedFiles> given(Machine machine) {
        return machine.givenFiles().stream()
                .collect(Collectors.toMap(
                        GivenFiles::volume,
                        _ -> new MountedFiles.Files(new TreeMap<>(Map.of("unattend.xml", new byte[] {1}))),
                        (one, _) -> one));
    }

    /** Each network that a machine names is there, active, and keeps the address that its first interface asks for. */
    private static NetworkFacts networks(Machine machine) {
        var facts = new TreeMap<String, NetworkFacts.Fact>();
        for (var nic : machine.interfaces()) {
            nic.network()
                    .ifPresent(name -> facts.put(
                            name,
                            new NetworkFacts.Fact.Found(
                                    network(name, "nat: {cidr: 10.20.30.0/24}"),
                                    new NetworkFacts.Seen.Ours(
                                            true,
                                            List.of(new DhcpHost(
                                                    MacAddresses.of(machine.identity(), nic),
                                                    machine.identity().name(),
                                                    "10.20.30.9"))))));
        }
        return new NetworkFacts(
                facts,
                new OpenedNetworking(Set.of(), Set.of(), Set.of("10.20.0.0/16")),
                Set.of(),
                List.of("192.0.2.7"),
                List.of());
    }

    public static Network network(String name, String specYaml) {
        var uid = UUID.fromString("44444444-4444-4444-8444-444444444444");
        return Network.of(
                new NetworkIdentity(IDENTITY.namespace(), name, uid),
                Yaml.read(specYaml, VirtualMachineNetworkSpec.class));
    }

    public static Observation.Present present(
            Observation.Power.State state, String reason, MachineDocument document, Definition definition) {
        return new Observation.Present(
                new Observation.Power(state, reason),
                OptionalInt.empty(),
                IDENTITY.domainName(),
                true,
                false,
                MARK,
                false,
                Optional.empty(),
                Optional.empty(),
                document,
                definition.machineType(),
                definition.addresses(),
                definition.firmware(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                true,
                Map.of(),
                GuestClockState.NONE,
                new HostStep.None(),
                GuestReport.NONE,
                false,
                false);
    }

    public static ClockReading clock(long offsetSeconds, ClockSource source, Instant at) {
        return new ClockReading(offsetSeconds, source, at, true);
    }
}
