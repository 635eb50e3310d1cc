package dev.meridian.domain.machine;

import dev.meridian.api.v1alpha1.AddressSpoofing;
import dev.meridian.api.v1alpha1.Clock;
import dev.meridian.api.v1alpha1.Cpu;
import dev.meridian.api.v1alpha1.CpuFeaturePolicy;
import dev.meridian.api.v1alpha1.DiskBus;
import dev.meridian.api.v1alpha1.DiskFormat;
import dev.meridian.api.v1alpha1.Firmware;
import dev.meridian.api.v1alpha1.HypervisorType;
import dev.meridian.api.v1alpha1.Interface;
import dev.meridian.api.v1alpha1.InterfaceModel;
import dev.meridian.api.v1alpha1.KernelBoot;
import dev.meridian.api.v1alpha1.LinkState;
import dev.meridian.api.v1alpha1.NetworkReference;
import dev.meridian.api.v1alpha1.RunStrategy;
import dev.meridian.api.v1alpha1.StopMode;
import dev.meridian.api.v1alpha1.Timers;
import dev.meridian.api.v1alpha1.VirtualMachineSpec;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
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
        Boot boot,
        ClockShape clock,
        List<DiskShape> disks,
        List<InterfaceShape> interfaces) {

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
                boot(spec.firmware()),
                clock(spec.clock()),
                each(
                        spec.disks(),
                        d -> new DiskShape(
                                d.name(),
                                d.hostPath().path(),
                                or(d.hostPath().format(), DiskFormat.raw),
                                or(d.bus(), DiskBus.virtio),
                                or(d.readOnly(), false))),
                each(spec.interfaces(), Machine::nic));
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
            return new CpuShape(1, 1, 1, Optional.empty(), List.of());
        }
        return new CpuShape(
                or(cpu.sockets(), 1),
                or(cpu.cores(), 1),
                or(cpu.threads(), 1),
                Optional.ofNullable(cpu.model()),
                each(cpu.features(), f -> new CpuShape.Feature(f.name(), or(f.policy(), CpuFeaturePolicy.require))));
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

    private static <T> T or(@Nullable T value, T fallback) {
        return value == null ? fallback : value;
    }

    private static <A, B> List<B> each(@Nullable List<A> items, Function<A, B> shape) {
        return items == null ? List.of() : items.stream().map(shape).toList();
    }
}
