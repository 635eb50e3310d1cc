package dev.meridian.domain.machine;

import dev.meridian.api.v1alpha1.HugePageSize;
import dev.meridian.api.v1alpha1.HypervisorType;
import dev.meridian.api.v1alpha1.Memory;
import dev.meridian.api.v1alpha1.VirtualMachineSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a machine takes of its node: the guest's memory with QEMU's overhead, and a share of a CPU for each virtual
 * one, or a whole one. A disk's own thread takes the memory of a virtual CPU's.
 *
 * @param memoryBytes in ordinary pages
 * @param hugePageBytes the guest's memory, where it is huge pages
 */
public record Requests(long milliCpu, long memoryBytes, Map<HugePageSize, Long> hugePageBytes) {
    private static final long MI = 1L << 20;
    private static final long WHOLE = 1000;
    private static final BigDecimal LEAST = Quantity.getAmountInBytes(Quantity.parse(Memory.LEAST));
    private static final BigDecimal MOST = Quantity.getAmountInBytes(Quantity.parse(Memory.MOST));

    /** CPU that the reservation asks for each virtual CPU, in thousandths, where no class says otherwise. */
    public static final long DEFAULT_MILLI_CPU_PER_VCPU = 100;

    public static Requests of(VirtualMachineSpec spec, long milliCpuPerVcpu) {
        var vcpus = vcpus(spec);
        var milliCpu = isDedicated(spec) ? vcpus * WHOLE : shared(vcpus * milliCpuPerVcpu);
        var guest = guestMemoryMebibytes(spec) * MI;
        var overhead = spec.hypervisor() == HypervisorType.Test
                ? 0
                : 192 * MI + (vcpus + ioThreads(spec)) * 8 * MI + guest / 512 + filesystems(spec) * 32 * MI;
        return HugePageSizes.of(spec)
                .map(size -> new Requests(milliCpu, overhead, Map.of(size, HugePageSizes.roundedUp(size, guest))))
                .orElseGet(() -> new Requests(milliCpu, guest + overhead, Map.of()));
    }

    /** Guest memory in MiB, rounded up as QEMU does; 0 where the spec gives no size that its schema lets through. */
    public static long guestMemoryMebibytes(VirtualMachineSpec spec) {
        return guestMemoryMebibytes(spec.memory().guest());
    }

    static long guestMemoryMebibytes(Quantity given) {
        return bytes(given)
                .filter(size -> size.compareTo(LEAST) >= 0 && size.compareTo(MOST) <= 0)
                .map(size -> size.divide(BigDecimal.valueOf(MI), 0, RoundingMode.CEILING)
                        .longValueExact())
                .orElse(0L);
    }

    private static Optional<BigDecimal> bytes(Quantity size) {
        try {
            return Optional.of(Quantity.getAmountInBytes(size));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    public static long vcpus(VirtualMachineSpec spec) {
        var cpu = spec.cpu();
        return cpu == null ? 1 : (long) orOne(cpu.sockets()) * orOne(cpu.cores()) * orOne(cpu.threads());
    }

    /** A pod that asks for whole CPUs may be given them alone, and its guest would run on the others. */
    private static long shared(long milliCpu) {
        return milliCpu > 0 && milliCpu % WHOLE == 0 ? milliCpu + 1 : milliCpu;
    }

    private static boolean isDedicated(VirtualMachineSpec spec) {
        return spec.cpu() != null && Boolean.TRUE.equals(spec.cpu().dedicatedCpuPlacement());
    }

    private static long ioThreads(VirtualMachineSpec spec) {
        return spec.disks() == null
                ? 0
                : spec.disks().stream()
                        .filter(disk -> Boolean.TRUE.equals(disk.dedicatedIOThread()))
                        .count();
    }

    /** Each has a virtiofsd of its own. */
    private static long filesystems(VirtualMachineSpec spec) {
        return spec.filesystems() == null ? 0 : spec.filesystems().size();
    }

    /** Whether a pod that asks for {@code held} has room for these. */
    public boolean fitIn(Map<String, Quantity> held) {
        return quantities().entrySet().stream()
                .allMatch(needed -> amount(held, needed.getKey())
                                .compareTo(needed.getValue().getNumericalAmount())
                        >= 0);
    }

    public Map<String, Quantity> quantities() {
        var quantities = new TreeMap<>(
                Map.of("cpu", new Quantity(milliCpu + "m"), "memory", new Quantity(Long.toString(memoryBytes))));
        hugePageBytes.forEach(
                (size, bytes) -> quantities.put(HugePageSizes.resource(size), new Quantity(Long.toString(bytes))));
        return quantities;
    }

    private static BigDecimal amount(Map<String, Quantity> held, String resource) {
        var quantity = held.get(resource);
        return quantity == null ? BigDecimal.ZERO : quantity.getNumericalAmount();
    }

    private static int orOne(@Nullable Integer count) {
        return count == null ? 1 : count;
    }
}
