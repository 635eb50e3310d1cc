package dev.meridian.domain.metadata;

import dev.meridian.api.v1alpha1.HypervisorType;
import dev.meridian.api.v1alpha1.VirtualMachineSpec;
import dev.meridian.domain.machine.Identity;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What we must remember about a machine. It stands in the {@code <metadata>} of its persistent definition, written
 * before we act on it.
 *
 * @param format version of this document's shape; a newer one is left alone
 * @param cluster uid of the namespace kube-system of the cluster whose machine this is
 * @param applied the spec of the definition; of the running guest while one runs
 * @param hypervisor what runs it, resolved
 * @param machineType canonical machine type, once libvirt has told it
 * @param addresses device addresses by device, as libvirt assigned them
 * @param run the machine's runs
 * @param clock the guest's real-time clock as last believed
 * @param stopping since when the guest is being stopped by us
 */
public record MachineDocument(
        int format,
        Identity object,
        String cluster,
        VirtualMachineSpec applied,
        HypervisorType hypervisor,
        @Nullable String machineType,
        Map<String, Map<String, String>> addresses,
        Run run,
        ClockReading clock,
        @Nullable Stopping stopping) {

    public static final int FORMAT = 1;

    public MachineDocument {
        addresses = new TreeMap<>(addresses);
    }

    /** A stop that is ours, so that it is told from the guest's own. */
    public record Stopping(Instant since) {}

    public MachineDocument withHardware(
            @Nullable String newMachineType, Map<String, Map<String, String>> newAddresses) {
        return new MachineDocument(
                format, object, cluster, applied, hypervisor, newMachineType, newAddresses, run, clock, stopping);
    }

    public MachineDocument withRun(Run newRun) {
        return new MachineDocument(
                format, object, cluster, applied, hypervisor, machineType, addresses, newRun, clock, stopping);
    }

    public MachineDocument withClock(ClockReading newClock) {
        return new MachineDocument(
                format, object, cluster, applied, hypervisor, machineType, addresses, run, newClock, stopping);
    }

    public MachineDocument withStopping(@Nullable Stopping newStopping) {
        return new MachineDocument(
                format, object, cluster, applied, hypervisor, machineType, addresses, run, clock, newStopping);
    }
}
