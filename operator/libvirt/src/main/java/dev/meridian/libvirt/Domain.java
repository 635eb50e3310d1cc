package dev.meridian.libvirt;

import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import com.sun.jna.StringArray;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A machine, defined or running, as libvirt knows it (virDomainPtr).
 *
 * <p>Every method that asks the daemon throws {@link LibvirtException}; NO_DOMAIN when the domain is gone.
 * Threads must be platform threads. {@link #state} stays fast beside a hung QEMU; what talks to QEMU's
 * monitor or to the guest agent may block without end: use {@link Lanes}.
 */
public final class Domain implements AutoCloseable {
    /** VIR_DOMAIN_BLOCK_RESIZE_BYTES: the size is in bytes, not KiB. */
    private static final int BLOCK_RESIZE_BYTES = 1;

    /** VIR_DOMAIN_METADATA_ELEMENT. */
    private static final int METADATA_ELEMENT = 2;

    private static final int DESTROY_GRACEFUL = 1;

    /** VIR_DOMAIN_JOB_STATS_COMPLETED. */
    private static final int JOB_COMPLETED = 1;

    private static final int LONGEST_AGENT_ANSWER = 1 << 16;

    private final Handle handle;
    private final UUID uuid;
    private final String name;

    /** Takes over a reference. */
    Domain(Pointer pointer) {
        this.uuid = RawUuid.ofDomain(pointer);
        this.name = LibvirtC.virDomainGetName(pointer);
        this.handle = new Handle(
                pointer,
                LibvirtC::virDomainFree,
                () -> new IllegalStateException("domain \"" + name + "\" (" + uuid + ") is closed"));
    }

    public UUID uuid() {
        return uuid;
    }

    /** Its name when it was looked up. */
    public String name() {
        return name;
    }

    /** The running domain's number when it was looked up; a stopped domain has none. */
    public OptionalInt id() {
        int[] id = new int[1];
        handle.number("virDomainGetID", domain -> {
            id[0] = LibvirtC.virDomainGetID(domain);
            return 0;
        });
        return id[0] == -1 ? OptionalInt.empty() : OptionalInt.of(id[0]);
    }

    /** Served from libvirtd's memory by its priority workers: never blocked by a QEMU (virDomainGetState). */
    public DomainState state() {
        int[] state = new int[1];
        int[] reason = new int[1];
        handle.number("virDomainGetState", domain -> LibvirtC.virDomainGetState(domain, state, reason, 0));
        return DomainState.of(state[0], reason[0]);
    }

    public boolean isActive() {
        return handle.number("virDomainIsActive", LibvirtC::virDomainIsActive) == 1;
    }

    public boolean isPersistent() {
        return handle.number("virDomainIsPersistent", LibvirtC::virDomainIsPersistent) == 1;
    }

    /** Whether the definition changed since this domain was looked up (test, Xen); QEMU's driver always says no. */
    public boolean isUpdated() {
        return handle.number("virDomainIsUpdated", LibvirtC::virDomainIsUpdated) == 1;
    }

    /** The running domain's XML; that of the definition when it is off or with {@link XmlFlag#INACTIVE}. */
    public String xml(XmlFlag... flags) {
        int mask = Flag.mask(flags);
        return handle.string("virDomainGetXMLDesc", domain -> LibvirtC.virDomainGetXMLDesc(domain, mask));
    }

    /**
     * Passes an open file for what its definition names by {@code fdgroup} (virDomainFDAssociate, since 9.0). libvirt
     * holds it for its starts until this domain's connection is closed.
     */
    public void associate(String group, OpenedFile file) {
        handle.number(
                "virDomainFDAssociate",
                domain -> LibvirtC.virDomainFDAssociate(domain, group, 1, new int[] {file.fd()}, 0));
    }

    /** Starts it, from its managed save when it has one; OPERATION_INVALID when it runs. */
    public void create(StartFlag... flags) {
        int mask = Flag.mask(flags);
        handle.number("virDomainCreateWithFlags", domain -> LibvirtC.virDomainCreateWithFlags(domain, mask));
    }

    /**
     * Asks the guest to shut down and does not wait for it; libvirt chooses the way when none is given.
     * OPERATION_INVALID when it does not run, AGENT_UNRESPONSIVE when the agent was asked and is silent.
     */
    public void shutdown(ShutdownMode... modes) {
        int mask = Flag.mask(modes);
        handle.number("virDomainShutdownFlags", domain -> LibvirtC.virDomainShutdownFlags(domain, mask));
    }

    /** Ends it by force: SIGTERM, after 10 s SIGKILL. */
    public void destroy() {
        handle.number("virDomainDestroyFlags", domain -> LibvirtC.virDomainDestroyFlags(domain, 0));
    }

    /** Ends it by SIGTERM alone; fails when QEMU has not ended after 15 s. */
    public void destroyGracefully() {
        handle.number("virDomainDestroyFlags", domain -> LibvirtC.virDomainDestroyFlags(domain, DESTROY_GRACEFUL));
    }

    public void suspend() {
        handle.number("virDomainSuspend", LibvirtC::virDomainSuspend);
    }

    public void resume() {
        handle.number("virDomainResume", LibvirtC::virDomainResume);
    }

    /** As by the reset button: the guest is not asked. */
    public void reset() {
        handle.number("virDomainReset", domain -> LibvirtC.virDomainReset(domain, 0));
    }

    /**
     * Saves its memory where libvirt keeps it and ends it: the next start goes on from there. Takes as long as the
     * memory takes to write. OPERATION_INVALID when it does not run.
     */
    public void managedSave(SaveFlag... flags) {
        int mask = Flag.mask(flags);
        handle.number("virDomainManagedSave", domain -> LibvirtC.virDomainManagedSave(domain, mask));
    }

    /** Whether its next start goes on from saved memory. */
    public boolean hasManagedSave() {
        return handle.number("virDomainHasManagedSaveImage", domain -> LibvirtC.virDomainHasManagedSaveImage(domain, 0))
                == 1;
    }

    /** Throws the saved memory away: the next start boots. QEMU's driver fails when there is none. */
    public void managedSaveRemove() {
        handle.number("virDomainManagedSaveRemove", domain -> LibvirtC.virDomainManagedSaveRemove(domain, 0));
    }

    /** Gives it another name, while it is off; {@link #name} stays what it was. OPERATION_FAILED when it is taken. */
    public void rename(String newName) {
        handle.number("virDomainRename", domain -> LibvirtC.virDomainRename(domain, newName, 0));
    }

    /**
     * Changes a device that it has, found by what identifies it (an interface by its MAC, a disk by its target), such
     * as an interface's link. UNSUPPORTED or CONFIG_UNSUPPORTED when that cannot change while it runs.
     *
     * @param xml the whole device as it shall be
     */
    public void updateDevice(String xml, Affect affect) {
        handle.number(
                "virDomainUpdateDeviceFlags",
                domain -> LibvirtC.virDomainUpdateDeviceFlags(domain, xml, affect.bits()));
    }

    /** Has a virtual CPU run on these of the node alone. INVALID_ARG when it has no such virtual CPU. */
    public void pinVcpu(int vcpu, Collection<Integer> cpus, Affect affect) {
        var map = cpuMap(cpus);
        handle.number(
                "virDomainPinVcpuFlags",
                domain -> LibvirtC.virDomainPinVcpuFlags(domain, vcpu, map, map.length, affect.bits()));
    }

    /** Has the hypervisor's threads beside virtual CPUs and disks' own run on these alone. */
    public void pinEmulator(Collection<Integer> cpus, Affect affect) {
        var map = cpuMap(cpus);
        handle.number(
                "virDomainPinEmulator",
                domain -> LibvirtC.virDomainPinEmulator(domain, map, map.length, affect.bits()));
    }

    /** Has a disk's own thread run on these alone. INVALID_ARG when there is none of the number. */
    public void pinIoThread(int number, Collection<Integer> cpus, Affect affect) {
        var map = cpuMap(cpus);
        handle.number(
                "virDomainPinIOThread",
                domain -> LibvirtC.virDomainPinIOThread(domain, number, map, map.length, affect.bits()));
    }

    /** A bit a CPU, the lowest first. */
    private static byte[] cpuMap(Collection<Integer> cpus) {
        var bits = new BitSet();
        cpus.forEach(bits::set);
        return bits.toByteArray();
    }

    /**
     * Plugs a device in. Asks QEMU's monitor: may block. UNSUPPORTED or CONFIG_UNSUPPORTED when the domain has no place
     * for it.
     */
    public void attachDevice(String xml, Affect affect) {
        handle.number(
                "virDomainAttachDeviceFlags",
                domain -> LibvirtC.virDomainAttachDeviceFlags(domain, xml, affect.bits()));
    }

    /**
     * Gives it so many virtual CPUs; live, one is plugged in after the other until there are. Asks QEMU's monitor: may
     * block. INVALID_ARG beyond the most that it was started with.
     */
    public void setVcpus(int count, Affect affect) {
        handle.number(
                "virDomainSetVcpusFlags", domain -> LibvirtC.virDomainSetVcpusFlags(domain, count, affect.bits()));
    }

    /**
     * Gives a disk of the running domain another size, which the guest is told. Asks QEMU's monitor: may block.
     * INVALID_ARG when the disk is not there, OPERATION_INVALID when the domain does not run.
     *
     * @param target of the disk: vda, sdb, ...
     */
    public void blockResize(String target, long sizeBytes) {
        handle.number(
                "virDomainBlockResize",
                domain -> LibvirtC.virDomainBlockResize(domain, target, sizeBytes, BLOCK_RESIZE_BYTES));
    }

    /** Its disks in error. Asks QEMU's monitor: may block. OPERATION_INVALID when it does not run. */
    public List<DiskError> diskErrors() {
        return DiskError.of(handle);
    }

    /** Forgets the definition; a running domain goes on as a transient one. */
    public void undefine(UndefineFlag... flags) {
        int mask = Flag.mask(flags);
        handle.number("virDomainUndefineFlags", domain -> LibvirtC.virDomainUndefineFlags(domain, mask));
    }

    /**
     * Has it go to another host, and returns when it is there: until then it blocks, and {@link #abortJob} ends it. It goes
     * on here when that fails. OPERATION_ABORTED when somebody aborted it, OPERATION_INVALID when it does not run,
     * CPU_INCOMPATIBLE when the destination's CPU lacks what its guest sees.
     *
     * @param destination the other daemon's URI, as this domain's daemon reaches it
     */
    public void migrate(String destination, MigrateParameters parameters, MigrateFlag... flags) {
        int mask = Flag.mask(flags);
        parameters.given(list -> handle.number(
                "virDomainMigrateToURI3",
                domain -> LibvirtC.virDomainMigrateToURI3(domain, destination, list.first(), list.count(), mask)));
    }

    /** For how long the guest may stand still at the end of a migration, from now on. */
    public void migrateMaxDowntime(Duration most) {
        handle.number(
                "virDomainMigrateSetMaxDowntime",
                domain -> LibvirtC.virDomainMigrateSetMaxDowntime(domain, most.toMillis(), 0));
    }

    /** How many mebibytes a second of memory may go in a migration that is under way. */
    public void migrateMaxSpeed(long mebibytes) {
        handle.number(
                "virDomainMigrateSetMaxSpeed",
                domain -> LibvirtC.virDomainMigrateSetMaxSpeed(domain, new NativeLong(mebibytes, true), 0));
    }

    /** What it is busy with, such as a migration on either host. Asks QEMU's monitor: may block. */
    public DomainJob job() {
        return job(0);
    }

    /** The last one that came to its end here, which is forgotten by that. */
    public DomainJob completedJob() {
        return job(JOB_COMPLETED);
    }

    private DomainJob job(int flags) {
        int[] type = new int[1];
        var params = new PointerByReference();
        int[] count = new int[1];
        handle.number(
                "virDomainGetJobStats", domain -> LibvirtC.virDomainGetJobStats(domain, type, params, count, flags));
        return DomainJob.of(type[0], TypedParameters.take(params.getValue(), count[0]));
    }

    /** Ends what it is busy with. OPERATION_INVALID when it is not. */
    public void abortJob() {
        handle.number("virDomainAbortJob", LibvirtC::virDomainAbortJob);
    }

    /** Whether the daemon starts it when the host starts. */
    public void setAutostart(boolean autostart) {
        handle.number("virDomainSetAutostart", domain -> LibvirtC.virDomainSetAutostart(domain, autostart ? 1 : 0));
    }

    /**
     * The element of that namespace below {@code <metadata>}, as XML; empty when there is none.
     * Only one side can be read: LIVE_AND_CONFIG is refused.
     */
    public Optional<String> metadata(String uri, Affect affect) {
        return handle.find(
                "virDomainGetMetadata",
                ErrorKind.NO_DOMAIN_METADATA,
                domain -> LibvirtC.virDomainGetMetadata(domain, METADATA_ELEMENT, uri, affect.bits()),
                Handle::take);
    }

    /**
     * Puts one element below {@code <metadata>} in place of the one of that namespace.
     *
     * @param xml null takes it away
     * @param key the namespace's prefix
     */
    public void setMetadata(@Nullable String xml, String key, String uri, Affect affect) {
        handle.number(
                "virDomainSetMetadata",
                domain -> LibvirtC.virDomainSetMetadata(domain, METADATA_ELEMENT, xml, key, uri, affect.bits()));
    }

    public DomainInfo info() {
        return DomainInfo.of(handle);
    }

    /** The guest's clock, asked from the guest agent: AGENT_UNRESPONSIVE when it is silent. */
    public Instant time() {
        var seconds = new LongByReference();
        int[] nanos = new int[1];
        handle.number("virDomainGetTime", domain -> LibvirtC.virDomainGetTime(domain, seconds, nanos, 0));
        return Instant.ofEpochSecond(seconds.getValue(), nanos[0]);
    }

    /**
     * Sets the guest's clock by its agent, which sets the RTC by it: an event of the RTC follows. AGENT_UNRESPONSIVE
     * when the agent is silent, OPERATION_INVALID when the guest does not run, INTERNAL_ERROR when the agent cannot.
     */
    public void setTime(Instant time) {
        handle.number(
                "virDomainSetTime",
                domain -> LibvirtC.virDomainSetTime(domain, time.getEpochSecond(), time.getNano(), 0));
    }

    /**
     * How long libvirt waits for an answer of the guest agent, from now on and for everybody: without, for ever.
     * Asks the daemon alone.
     */
    public void agentResponseTimeout(Duration timeout) {
        handle.number(
                "virDomainAgentSetResponseTimeout",
                domain -> LibvirtC.virDomainAgentSetResponseTimeout(domain, Math.toIntExact(timeout.toSeconds()), 0));
    }

    /** Its interfaces with their addresses, as far as the source knows them. */
    public List<InterfaceAddresses> interfaceAddresses(AddressSource source) {
        return handle.list(
                "virDomainInterfaceAddresses",
                (domain, out) -> LibvirtC.virDomainInterfaceAddresses(domain, out, source.number(), 0),
                InterfaceAddresses::take);
    }

    /**
     * What the guest agent tells of the guest, by the names of virDomainGetGuestInfo, numbers in decimal; each text is
     * the guest's own and cut at 4096 bytes. AGENT_UNRESPONSIVE when the agent is silent, another kind when it cannot
     * tell this, UNSUPPORTED before libvirt 7.10 for {@link GuestInfoType#INTERFACES}.
     */
    public Map<String, String> guestInfo(GuestInfoType type) {
        var params = new PointerByReference();
        int[] count = new int[1];
        handle.number(
                "virDomainGetGuestInfo",
                domain -> LibvirtC.virDomainGetGuestInfo(domain, type.bit(), params, count, 0));
        return TypedParameters.take(params.getValue(), count[0]);
    }

    /**
     * Sends the guest agent a command and gives its answer, cut at 64 KiB. AGENT_UNRESPONSIVE when none has come in
     * time, and INTERNAL_ERROR when it is an error. UNSUPPORTED when the driver is not QEMU's, or the library
     * libvirt-qemu.so.0 is missing.
     *
     * @param timeout in whole seconds, at least one
     */
    public String agentCommand(String json, Duration timeout) {
        int seconds = Math.toIntExact(timeout.toSeconds());
        return Texts.take(
                handle.pointer("virDomainQemuAgentCommand", domain -> LibvirtQemuC.agentCommand(domain, json, seconds)),
                LONGEST_AGENT_ANSWER);
    }

    /**
     * Has the guest agent hold writes to the guest's file systems; it thaws them by itself when it dies. Returns how
     * many are frozen. AGENT_UNRESPONSIVE when it is silent, OPERATION_INVALID when the guest does not run.
     *
     * @param mountPoints all when empty
     */
    public int fsFreeze(List<String> mountPoints) {
        if (mountPoints.isEmpty()) {
            return handle.number("virDomainFSFreeze", domain -> LibvirtC.virDomainFSFreeze(domain, null, 0, 0));
        }
        try (var names = new StringArray(mountPoints.toArray(String[]::new), StandardCharsets.UTF_8.name())) {
            return handle.number(
                    "virDomainFSFreeze", domain -> LibvirtC.virDomainFSFreeze(domain, names, mountPoints.size(), 0));
        }
    }

    /** Has the guest agent let writes go on. Returns how many file systems are thawed. */
    public int fsThaw() {
        return handle.number("virDomainFSThaw", domain -> LibvirtC.virDomainFSThaw(domain, null, 0, 0));
    }

    @Override
    public void close() {
        handle.close();
    }

    @Override
    public String toString() {
        return name + " (" + uuid + ")";
    }
}
