package dev.meridian.domain.metadata;

import dev.meridian.api.v1alpha1.HypervisorType;
import dev.meridian.api.v1alpha1.IgnoredVerb;
import dev.meridian.api.v1alpha1.PowerVerbs;
import dev.meridian.api.v1alpha1.VirtualMachineSpec;
import dev.meridian.domain.life.StopReason;
import dev.meridian.domain.machine.Identity;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
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
 * @param stopping since when, and why, the guest is being stopped by us
 * @param handled verbs that were acted on; absent in a document of format 1
 * @param ignored the last verb that had no effect
 * @param paused its virtual CPUs stand still because its spec says so
 * @param definition the mark of the definition as libvirt keeps it; learnt after a start
 * @param drift what somebody did to the domain since its last start
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
        @Nullable Stopping stopping,
        @Nullable PowerVerbs handled,
        @Nullable IgnoredVerb ignored,
        boolean paused,
        @Nullable String definition,
        @Nullable Drift drift) {
    public static final int FORMAT = 2;

    public MachineDocument {
        addresses = new TreeMap<>(addresses);
    }

    /** A stop that is ours, so that it is told from the guest's own. */
    public record Stopping(Instant since, StopReason reason) {
        public Stopping {
            // Format 1 knew no other reason.
            reason = Objects.requireNonNullElse(reason, StopReason.Halted);
        }
    }

    public MachineDocument withHardware(
            @Nullable String newMachineType, Map<String, Map<String, String>> newAddresses) {
        return new MachineDocument(
                format,
                object,
                cluster,
                applied,
                hypervisor,
                newMachineType,
                newAddresses,
                run,
                clock,
                stopping,
                handled,
                ignored,
                paused,
                definition,
                drift);
    }

    public MachineDocument withRun(Run newRun) {
        return new MachineDocument(
                format,
                object,
                cluster,
                applied,
                hypervisor,
                machineType,
                addresses,
                newRun,
                clock,
                stopping,
                handled,
                ignored,
                paused,
                definition,
                drift);
    }

    public MachineDocument withClock(ClockReading newClock) {
        return new MachineDocument(
                format,
                object,
                cluster,
                applied,
                hypervisor,
                machineType,
                addresses,
                run,
                newClock,
                stopping,
                handled,
                ignored,
                paused,
                definition,
                drift);
    }

    public MachineDocument withStopping(@Nullable Stopping newStopping) {
        return new MachineDocument(
                format,
                object,
                cluster,
                applied,
                hypervisor,
                machineType,
                addresses,
                run,
                clock,
                newStopping,
                handled,
                ignored,
                paused,
                definition,
                drift);
    }

    public MachineDocument withVerbs(PowerVerbs newHandled, Optional<IgnoredVerb> newIgnored) {
        return new MachineDocument(
                format,
                object,
                cluster,
                applied,
                hypervisor,
                machineType,
                addresses,
                run,
                clock,
                stopping,
                newHandled,
                newIgnored.orElse(ignored),
                paused,
                definition,
                drift);
    }

    public MachineDocument withPaused(boolean newPaused) {
        return new MachineDocument(
                format,
                object,
                cluster,
                applied,
                hypervisor,
                machineType,
                addresses,
                run,
                clock,
                stopping,
                handled,
                ignored,
                newPaused,
                definition,
                drift);
    }

    public MachineDocument withDefinition(@Nullable String newDefinition) {
        return new MachineDocument(
                format,
                object,
                cluster,
                applied,
                hypervisor,
                machineType,
                addresses,
                run,
                clock,
                stopping,
                handled,
                ignored,
                paused,
                newDefinition,
                drift);
    }

    public MachineDocument withDrift(@Nullable Drift newDrift) {
        return new MachineDocument(
                format,
                object,
                cluster,
                applied,
                hypervisor,
                machineType,
                addresses,
                run,
                clock,
                stopping,
                handled,
                ignored,
                paused,
                definition,
                newDrift);
    }

    public MachineDocument withApplied(VirtualMachineSpec newApplied) {
        return new MachineDocument(
                format,
                object,
                cluster,
                newApplied,
                hypervisor,
                machineType,
                addresses,
                run,
                clock,
                stopping,
                handled,
                ignored,
                paused,
                definition,
                drift);
    }

    /** As this version writes it. */
    public MachineDocument inThisFormat() {
        return new MachineDocument(
                FORMAT,
                object,
                cluster,
                applied,
                hypervisor,
                machineType,
                addresses,
                run,
                clock,
                stopping,
                handled,
                ignored,
                paused,
                definition,
                drift);
    }
}
