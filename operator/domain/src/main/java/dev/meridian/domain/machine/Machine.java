package dev.meridian.domain.machine;

import dev.meridian.api.v1alpha1.AccessCredential;
import dev.meridian.api.v1alpha1.AddressSpoofing;
import dev.meridian.api.v1alpha1.BootMenu;
import dev.meridian.api.v1alpha1.Bootloader;
import dev.meridian.api.v1alpha1.Clock;
import dev.meridian.api.v1alpha1.CloudInit;
import dev.meridian.api.v1alpha1.CloudInitDataSource;
import dev.meridian.api.v1alpha1.ConsoleType;
import dev.meridian.api.v1alpha1.Cpu;
import dev.meridian.api.v1alpha1.CpuFeaturePolicy;
import dev.meridian.api.v1alpha1.Filesystem;
import dev.meridian.api.v1alpha1.Firmware;
import dev.meridian.api.v1alpha1.GraphicsType;
import dev.meridian.api.v1alpha1.HugePageSize;
import dev.meridian.api.v1alpha1.HypervisorType;
import dev.meridian.api.v1alpha1.Ignition;
import dev.meridian.api.v1alpha1.InputBus;
import dev.meridian.api.v1alpha1.Interface;
import dev.meridian.api.v1alpha1.InterfaceModel;
import dev.meridian.api.v1alpha1.KernelBoot;
import dev.meridian.api.v1alpha1.LinkState;
import dev.meridian.api.v1alpha1.LocalState;
import dev.meridian.api.v1alpha1.NetworkReference;
import dev.meridian.api.v1alpha1.RunStrategy;
import dev.meridian.api.v1alpha1.SecretKeyRef;
import dev.meridian.api.v1alpha1.Smbios;
import dev.meridian.api.v1alpha1.SoundModel;
import dev.meridian.api.v1alpha1.StopMode;
import dev.meridian.api.v1alpha1.Sysprep;
import dev.meridian.api.v1alpha1.Timers;
import dev.meridian.api.v1alpha1.VideoModel;
import dev.meridian.api.v1alpha1.VirtualMachineSpec;
import dev.meridian.api.v1alpha1.WatchdogAction;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A machine as its user wants it: the door at which a spec's absent fields become their defaults. */
public record Machine(
        Identity identity,
        RunStrategy runStrategy,
        boolean paused,
        StopMode stopMode,
        Duration terminationGracePeriod,
        HypervisorType hypervisor,
        String machineType,
        CpuShape cpu,
        long memoryMebibytes,
        Optional<MemoryRoom> memoryRoom,
        Optional<HugePageSize> hugePages,
        Boot boot,
        ClockShape clock,
        List<DiskShape> disks,
        List<FilesystemShape> filesystems,
        Optional<CloudInitShape> cloudInit,
        Optional<GivenValue> ignition,
        Optional<GivenFiles> sysprep,
        List<AccessKeysShape> accessKeys,
        List<InterfaceShape> interfaces,
        Optional<ProbeShape> readinessProbe,
        Optional<ProbeShape> livenessProbe,
        FirmwareShape firmware,
        DeviceShapes devices,
        List<HostDeviceShape> hostDevices) {

    /** What is none gives way to the derived address: the start is refused. */
    public static final Pattern MAC = Pattern.compile("[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}");

    public static Machine of(Identity identity, VirtualMachineSpec spec) {
        return new Machine(
                identity,
                or(spec.runStrategy(), RunStrategy.Always),
                or(spec.paused(), false),
                or(spec.stopMode(), StopMode.TrySoft),
                Duration.ofSeconds(or(spec.terminationGracePeriodSeconds(), 180)),
                or(spec.hypervisor(), HypervisorType.Auto),
                or(spec.machine() == null ? null : spec.machine().type(), "q35"),
                cpu(spec.cpu()),
                Requests.guestMemoryMebibytes(spec),
                MemoryRoom.of(spec),
                HugePageSizes.of(spec),
                boot(spec.firmware()),
                clock(spec.clock()),
                each(spec.disks(), DiskShapes::of),
                each(spec.filesystems(), Machine::filesystem),
                Optional.ofNullable(spec.cloudInit()).map(Machine::cloudInit),
                Optional.ofNullable(spec.ignition()).flatMap(Machine::ignition),
                Optional.ofNullable(spec.sysprep()).flatMap(Machine::sysprep),
                each(spec.accessCredentials(), Machine::accessKeys),
                each(spec.interfaces(), Machine::nic),
                Probes.of(spec.readinessProbe()),
                Probes.of(spec.livenessProbe()),
                firmware(spec.firmware()),
                devices(spec),
                each(spec.hostDevices(), device -> new HostDeviceShape(device.name(), device.deviceName())));
    }

    /** The Secrets' values that the machine takes. */
    public List<GivenValue.FromSecret> secrets() {
        return Stream.concat(
                        cloudInit.stream().flatMap(given -> Stream.of(given.userData(), given.networkData())),
                        Stream.of(ignition))
                .flatMap(Optional::stream)
                .filter(GivenValue.FromSecret.class::isInstance)
                .map(GivenValue.FromSecret.class::cast)
                .toList();
    }

    /** The ConfigMaps and Secrets whose files it has on disks. */
    public List<GivenFiles> givenFiles() {
        return Stream.concat(disks.stream().flatMap(disk -> disk.source().givenFiles().stream()), sysprep.stream())
                .toList();
    }

    /** The Secrets with keys for users of its guest, which may come and change while it runs. */
    public List<GivenFiles> keySecrets() {
        return accessKeys.stream().map(AccessKeysShape::secret).distinct().toList();
    }

    /** The claims that it takes. */
    public List<GivenClaim> claims() {
        return Stream.concat(diskClaims().stream(), filesystems.stream().map(FilesystemShape::claim))
                .toList();
    }

    /** The claims in which it has disks. */
    public List<GivenClaim> diskClaims() {
        return disks.stream()
                .flatMap(disk -> disk.source().givenClaim().stream())
                .toList();
    }

    /** What of it its node keeps, that is no file of its spec. */
    public Set<LocalState> localState() {
        var kept = EnumSet.noneOf(LocalState.class);
        if (firmware.bootloader() == Bootloader.UEFI) {
            kept.add(LocalState.NVRAM);
        }
        if (devices.tpm()) {
            kept.add(LocalState.TPM);
        }
        if (disks.stream().anyMatch(disk -> disk.source().isMade())) {
            kept.add(LocalState.Disks);
        }
        return kept;
    }

    /** A name may be as long as a volume's, which says more. */
    private static FilesystemShape filesystem(Filesystem filesystem) {
        return new FilesystemShape(
                filesystem.name(),
                new GivenClaim(
                        "filesystem-" + Digests.sha256(filesystem.name()).substring(0, 16),
                        filesystem.persistentVolumeClaim().claimName()));
    }

    private static InterfaceShape nic(Interface nic) {
        return new InterfaceShape(
                nic.name(),
                or(nic.model(), InterfaceModel.virtio),
                or(nic.linkState(), LinkState.Up),
                Optional.ofNullable(nic.network()).map(NetworkReference::name),
                Optional.ofNullable(nic.macAddress())
                        .filter(mac -> MAC.matcher(mac).matches())
                        .map(mac -> mac.toLowerCase(Locale.ROOT)),
                Optional.ofNullable(nic.ipAddress()),
                nic.addressSpoofing() == AddressSpoofing.Allowed,
                Optional.ofNullable(nic.bandwidth()),
                Optional.ofNullable(nic.queues()));
    }

    private static CpuShape cpu(@Nullable Cpu cpu) {
        if (cpu == null) {
            return new CpuShape(1, 1, 1, 1, Optional.empty(), List.of(), false, new NumaShape.None());
        }
        int sockets = or(cpu.sockets(), 1);
        return new CpuShape(
                sockets,
                Math.max(sockets, or(cpu.maxSockets(), 1)),
                or(cpu.cores(), 1),
                or(cpu.threads(), 1),
                Optional.ofNullable(cpu.model()),
                each(cpu.features(), f -> new CpuShape.Feature(f.name(), or(f.policy(), CpuFeaturePolicy.require))),
                or(cpu.dedicatedCpuPlacement(), false),
                NumaShape.of(cpu.numa()));
    }

    private static Boot boot(@Nullable Firmware firmware) {
        KernelBoot kernel = firmware == null ? null : firmware.kernelBoot();
        if (kernel == null) {
            return new Boot.Disks();
        }
        var initrd = kernel.initrd();
        return new Boot.Kernel(
                kernel.kernel().hostPath().path(),
                initrd == null
                        ? Optional.empty()
                        : Optional.of(initrd.hostPath().path()),
                or(kernel.arguments(), ""));
    }

    private static ClockShape clock(@Nullable Clock clock) {
        return clock == null
                ? new ClockShape(ClockBase.of(null), true, Optional.empty(), Timers.NONE)
                : new ClockShape(
                        ClockBase.of(clock),
                        or(clock.persist(), true),
                        Optional.ofNullable(clock.preset()),
                        or(clock.timer(), Timers.NONE));
    }

    private static CloudInitShape cloudInit(CloudInit cloudInit) {
        return new CloudInitShape(
                or(cloudInit.dataSource(), CloudInitDataSource.NoCloud),
                given(
                        cloudInit.userData(),
                        cloudInit.userDataBase64(),
                        "spec.cloudInit.userDataSecretRef",
                        "cloud-init-user-data",
                        cloudInit.userDataSecretRef()),
                given(
                        cloudInit.networkData(),
                        null,
                        "spec.cloudInit.networkDataSecretRef",
                        "cloud-init-network-data",
                        cloudInit.networkDataSecretRef()),
                each(cloudInit.sshAuthorizedKeys(), key -> key));
    }

    private static Optional<GivenValue> ignition(Ignition ignition) {
        return given(ignition.config(), null, "spec.ignition.configSecretRef", "ignition", ignition.configSecretRef());
    }

    /** Nothing of one that came past its schema without either. */
    private static Optional<GivenFiles> sysprep(Sysprep sysprep) {
        if (sysprep.configMap() != null) {
            return Optional.of(new GivenFiles(
                    "sysprep", GivenFiles.Kind.ConfigMap, sysprep.configMap().name()));
        }
        return Optional.ofNullable(sysprep.secret())
                .map(secret -> new GivenFiles("sysprep", GivenFiles.Kind.Secret, secret.name()));
    }

    /** A name may be longer than a volume's. */
    private static AccessKeysShape accessKeys(AccessCredential credential) {
        var secret = credential.sshPublicKey().source().secret().secretName();
        return new AccessKeysShape(
                new GivenFiles("access-" + Digests.sha256(secret).substring(0, 16), GivenFiles.Kind.Secret, secret),
                credential.sshPublicKey().propagationMethod().qemuGuestAgent().users());
    }

    private static Optional<GivenValue> given(
            @Nullable String inline,
            @Nullable String base64,
            String field,
            String volume,
            @Nullable SecretKeyRef secret) {
        if (inline != null) {
            return Optional.of(new GivenValue.Inline(inline));
        }
        if (base64 != null) {
            return Optional.of(new GivenValue.Encoded(base64));
        }
        return Optional.ofNullable(secret).map(ref -> new GivenValue.FromSecret(field, volume, ref.name(), ref.key()));
    }

    private static FirmwareShape firmware(@Nullable Firmware firmware) {
        return firmware == null
                ? FirmwareShape.BIOS
                : new FirmwareShape(
                        or(firmware.bootloader(), Bootloader.BIOS),
                        or(firmware.secureBoot(), false),
                        Optional.ofNullable(firmware.bootMenu()).filter(BootMenu::enabled),
                        Optional.ofNullable(firmware.serial()),
                        or(firmware.smbios(), Smbios.NONE));
    }

    private static DeviceShapes devices(VirtualMachineSpec spec) {
        var graphics = Optional.ofNullable(spec.graphics()).map(g -> or(g.type(), GraphicsType.VNC));
        return new DeviceShapes(
                spec.tpm() != null,
                spec.rng() == null || spec.rng().present(),
                Optional.ofNullable(spec.memory().balloon())
                        .map(b -> new BalloonShape(or(b.freePageReporting(), true))),
                Optional.ofNullable(spec.watchdog()).map(w -> or(w.action(), WatchdogAction.Reset)),
                spec.panic() != null,
                each(spec.inputs(), i -> new InputShape(i.name(), i.type(), or(i.bus(), InputBus.usb))),
                Optional.ofNullable(spec.video())
                        .map(v -> or(v.model(), VideoModel.vga))
                        .or(() -> graphics.map(_ -> VideoModel.vga)),
                graphics,
                each(spec.consoles(), c -> new ConsoleShape(c.name(), or(c.type(), ConsoleType.Virtio))),
                Optional.ofNullable(spec.sound()).map(sound -> or(sound.model(), SoundModel.ich9)),
                spec.vsock() != null);
    }

    private static <T> T or(@Nullable T value, T fallback) {
        return value == null ? fallback : value;
    }

    private static <A, B> List<B> each(@Nullable List<A> items, Function<A, B> shape) {
        return items == null ? List.of() : items.stream().map(shape).toList();
    }
}
