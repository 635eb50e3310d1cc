package dev.meridian.domain.metadata;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.meridian.api.v1alpha1.Clock;
import dev.meridian.api.v1alpha1.ClockSource;
import dev.meridian.api.v1alpha1.HypervisorType;
import dev.meridian.api.v1alpha1.IgnoredVerb;
import dev.meridian.api.v1alpha1.PowerVerbs;
import dev.meridian.api.v1alpha1.RtcTimer;
import dev.meridian.api.v1alpha1.RtcTrack;
import dev.meridian.api.v1alpha1.Timers;
import dev.meridian.api.v1alpha1.VirtualMachineSpec;
import dev.meridian.domain.host.HostDevice;
import dev.meridian.domain.life.StopReason;
import dev.meridian.domain.machine.Attachment;
import dev.meridian.domain.machine.Identity;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
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
 * @param disks what the definition holds of disks beyond the spec, by disk
 * @param filesystems the directories that the definition shares, by file system
 * @param firmware the UEFI that libvirt chose
 * @param stateNode the node that keeps what is no file of the spec: the machine's NVRAM, its TPM
 * @param given digests of what ConfigMaps and Secrets gave the machine at its start, by field and object
 * @param files digests of the files that its start made of those and of the spec, by file name
 * @param ioThreads numbers of the threads that disks have of their own, by disk
 * @param hostDevices devices of the node that the guest has, by their names in the spec
 * @param cpus CPUs of the node on which the guest may run, in the order of the virtual ones where those have them for
 *     themselves; all when empty
 * @param vcpuNodes NUMA nodes of the host to which the memory of each virtual CPU's own NUMA node is bound; empty where
 *     the guest's are not the host's
 * @param attachments how interfaces on networks of ours are connected, by their names
 * @param move the last migration of it from here that was begun, or that brought it here
 * @param staleClock an offset that libvirt tells of the running guest's clock since a migration, and that is not true
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
        @Nullable Drift drift,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, KeptDisk> disks,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, String> filesystems,
        @Nullable ChosenFirmware firmware,
        @Nullable String stateNode,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, Attachment> attachments,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, String> given,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, String> files,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, Integer> ioThreads,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, HostDevice> hostDevices,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Integer> cpus,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Integer> vcpuNodes,
        @Nullable Move move,
        @Nullable Long staleClock) {
    public static final int FORMAT = 2;

    public MachineDocument {
        addresses = new TreeMap<>(addresses);
        disks = disks == null ? Map.of() : new TreeMap<>(disks);
        filesystems = filesystems == null ? Map.of() : new TreeMap<>(filesystems);
        // Absent in what was written before there were networks of ours.
        attachments = attachments == null ? Map.of() : new TreeMap<>(attachments);
        given = given == null ? Map.of() : new TreeMap<>(given);
        files = files == null ? Map.of() : new TreeMap<>(files);
        ioThreads = ioThreads == null ? Map.of() : new TreeMap<>(ioThreads);
        hostDevices = hostDevices == null ? Map.of() : new TreeMap<>(hostDevices);
        cpus = cpus == null ? List.of() : List.copyOf(cpus);
        vcpuNodes = vcpuNodes == null ? List.of() : List.copyOf(vcpuNodes);
    }

    /** A stop that is ours, so that it is told from the guest's own. */
    public record Stopping(Instant since, StopReason reason) {
        public Stopping {
            // Format 1 knew no other reason.
            reason = Objects.requireNonNullElse(reason, StopReason.Halted);
        }
    }

    /** Whether a migration has taken the guest away from {@code node}, or would have had it ended here meanwhile. */
    public boolean isLeaving(String node) {
        return move != null && move.ended() == null && !move.target().equals(node);
    }

    /** Whether a migration has brought the guest to {@code node}, which has not made it its own so far. */
    public boolean isArriving(String node) {
        return move != null && move.ended() == null && move.target().equals(node);
    }

    public MachineDocument withMove(@Nullable Move newMove) {
        return copy(c -> c.move = newMove);
    }

    /** As its new node has it from now on. */
    public MachineDocument arrived(String node, String nodeBootId, @Nullable Long newStaleClock) {
        return copy(c -> {
            c.run = run.on(nodeBootId);
            c.stateNode = stateNode == null ? null : node;
            c.definition = null;
            c.move = null;
            c.staleClock = newStaleClock;
        });
    }

    public MachineDocument withHardware(
            @Nullable String newMachineType, Map<String, Map<String, String>> newAddresses) {
        return copy(c -> {
            c.machineType = newMachineType;
            c.addresses = newAddresses;
        });
    }

    public MachineDocument withRun(Run newRun) {
        return copy(c -> c.run = newRun);
    }

    /** When the wished clock was last taken for the guest's. */
    public Instant clockBegan() {
        return clock.source() == ClockSource.Spec || run.startedAt() == null ? clock.observedAt() : run.startedAt();
    }

    /** Whether the running guest's real-time clock stands while the guest does. */
    public boolean followsGuest() {
        return Optional.ofNullable(applied.clock())
                .map(Clock::timer)
                .map(Timers::rtc)
                .map(RtcTimer::track)
                .filter(RtcTrack.Guest::equals)
                .isPresent();
    }

    public MachineDocument withClock(ClockReading newClock) {
        return copy(c -> c.clock = newClock);
    }

    public MachineDocument withStopping(@Nullable Stopping newStopping) {
        return copy(c -> c.stopping = newStopping);
    }

    public MachineDocument withVerbs(PowerVerbs newHandled, Optional<IgnoredVerb> newIgnored) {
        return copy(c -> {
            c.handled = newHandled;
            c.ignored = newIgnored.orElse(ignored);
        });
    }

    public MachineDocument withPaused(boolean newPaused) {
        return copy(c -> c.paused = newPaused);
    }

    public MachineDocument withDefinition(@Nullable String newDefinition) {
        return copy(c -> c.definition = newDefinition);
    }

    public MachineDocument withDrift(@Nullable Drift newDrift) {
        return copy(c -> c.drift = newDrift);
    }

    public MachineDocument withDisks(Map<String, KeptDisk> newDisks) {
        return copy(c -> c.disks = newDisks);
    }

    public MachineDocument withCpus(List<Integer> newCpus) {
        return copy(c -> c.cpus = newCpus);
    }

    public MachineDocument withFiles(Map<String, String> newFiles) {
        return copy(c -> c.files = newFiles);
    }

    public MachineDocument withFirmware(@Nullable ChosenFirmware newFirmware) {
        return copy(c -> c.firmware = newFirmware);
    }

    public MachineDocument withApplied(VirtualMachineSpec newApplied) {
        return copy(c -> c.applied = newApplied);
    }

    /** As this version writes it. */
    public MachineDocument inThisFormat() {
        return copy(c -> c.format = FORMAT);
    }

    private MachineDocument copy(Consumer<Copy> change) {
        var copy = new Copy(this);
        change.accept(copy);
        return copy.done();
    }

    /** A document while it is changed. */
    private static final class Copy {
        private int format;
        private final Identity object;
        private final String cluster;
        private VirtualMachineSpec applied;
        private final HypervisorType hypervisor;
        private @Nullable String machineType;
        private Map<String, Map<String, String>> addresses;
        private Run run;
        private ClockReading clock;
        private @Nullable Stopping stopping;
        private @Nullable PowerVerbs handled;
        private @Nullable IgnoredVerb ignored;
        private boolean paused;
        private @Nullable String definition;
        private @Nullable Drift drift;
        private Map<String, KeptDisk> disks;
        private final Map<String, String> filesystems;
        private @Nullable ChosenFirmware firmware;
        private @Nullable String stateNode;
        private final Map<String, Attachment> attachments;
        private final Map<String, String> given;
        private Map<String, String> files;
        private final Map<String, Integer> ioThreads;
        private final Map<String, HostDevice> hostDevices;
        private List<Integer> cpus;
        private final List<Integer> vcpuNodes;
        private @Nullable Move move;
        private @Nullable Long staleClock;

        Copy(MachineDocument from) {
            format = from.format;
            object = from.object;
            cluster = from.cluster;
            applied = from.applied;
            hypervisor = from.hypervisor;
            machineType = from.machineType;
            addresses = from.addresses;
            run = from.run;
            clock = from.clock;
            stopping = from.stopping;
            handled = from.handled;
            ignored = from.ignored;
            paused = from.paused;
            definition = from.definition;
            drift = from.drift;
            disks = from.disks;
            filesystems = from.filesystems;
            firmware = from.firmware;
            stateNode = from.stateNode;
            attachments = from.attachments;
            given = from.given;
            files = from.files;
            ioThreads = from.ioThreads;
            hostDevices = from.hostDevices;
            cpus = from.cpus;
            vcpuNodes = from.vcpuNodes;
            move = from.move;
            staleClock = from.staleClock;
        }

        MachineDocument done() {
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
                    drift,
                    disks,
                    filesystems,
                    firmware,
                    stateNode,
                    attachments,
                    given,
                    files,
                    ioThreads,
                    hostDevices,
                    cpus,
                    vcpuNodes,
                    move,
                    staleClock);
        }
    }
}
