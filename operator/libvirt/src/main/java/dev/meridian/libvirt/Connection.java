package dev.meridian.libvirt;

import com.sun.jna.Pointer;
import com.sun.jna.StringArray;
import com.sun.jna.ptr.NativeLongByReference;
import com.sun.jna.ptr.PointerByReference;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.ToIntBiFunction;
import org.jspecify.annotations.Nullable;

/**
 * A connection to one driver of libvirt, in a daemon or in this process (virConnectPtr).
 *
 * <p>All methods may be called from many platform threads at once; a daemon serves five calls per
 * connection at a time. A connection that was lost stays lost: every call throws CONNECTION_LOST; open
 * another. Domains and networks outlive it as values, not as handles.
 */
public final class Connection implements AutoCloseable {

    private static final int KEEPALIVE_SECONDS = 5;
    private static final int KEEPALIVE_COUNT = 5;
    static final int STATS_NOWAIT = 1 << 29;
    private static final int DEFINE_VALIDATE = 1;
    private static final int COMPARE_FAIL_INCOMPATIBLE = 1;
    private static final int BASELINE_EXPAND_FEATURES = 1;

    private final String uri;
    private final Handle handle;
    private final DomainEvents events;
    private final Queue<Consumer<CloseReason>> closeListeners = new ConcurrentLinkedQueue<>();
    private final Pointer opaque = EventCallbacks.CLOSES.add(telling(closeListeners));
    private final AtomicBoolean closing = new AtomicBoolean();

    private Connection(String uri, Pointer pointer) {
        this.uri = uri;
        this.handle = new Handle(pointer, Connection::release, () -> LibvirtException.closed(uri));
        this.events = new DomainEvents(handle);
    }

    /**
     * Opens a connection that notices a silent daemon within 30 s (keepalive 5 s, 5 times).
     *
     * @param uri such as {@code qemu:///system} or {@code test:///default}
     * @throws LibvirtException NO_DRIVER when the daemon or library has no such driver, CONNECTION_LOST when
     *     the daemon cannot be reached
     */
    public static Connection open(String uri) {
        EventLoop.start();
        long begin = System.nanoTime();
        Pointer pointer = LibvirtC.virConnectOpen(uri);
        if (pointer == null) {
            var failure = LibvirtException.last();
            Libvirt.returned("virConnectOpen", begin, Optional.of(failure.kind()));
            throw failure;
        }
        Libvirt.returned("virConnectOpen", begin, Optional.empty());
        var connection = new Connection(uri, pointer);
        try {
            connection.keepAlive();
            connection.watchClose();
            return connection;
        } catch (LibvirtException failure) {
            connection.close();
            throw failure;
        }
    }

    /** The URI that it was opened with. */
    public String uri() {
        return uri;
    }

    /** The daemon's version, as {@link Libvirt#version}. */
    public long libVersion() {
        return version("virConnectGetLibVersion", LibvirtC::virConnectGetLibVersion);
    }

    /** The hypervisor's version (QEMU's), as {@link Libvirt#version}. */
    public long hypervisorVersion() {
        return version("virConnectGetVersion", LibvirtC::virConnectGetVersion);
    }

    public String hostname() {
        return handle.string("virConnectGetHostname", LibvirtC::virConnectGetHostname);
    }

    /** Whether calls can be sent; asks no daemon. False once it is closed. */
    public boolean isAlive() {
        try {
            return handle.number("virConnectIsAlive", LibvirtC::virConnectIsAlive) == 1;
        } catch (LibvirtException _) {
            return false;
        }
    }

    /**
     * Tells, on the event thread, that the connection was lost; not that we closed it. It must only enqueue.
     * What was lost before is not told: ask {@link #isAlive} afterwards.
     */
    public void onClose(Consumer<CloseReason> listener) {
        closeListeners.add(listener);
    }

    /** The host's capabilities, as XML. */
    public String capabilities() {
        return handle.string("virConnectGetCapabilities", LibvirtC::virConnectGetCapabilities);
    }

    /** What domains of that kind can have on this host, as XML; null leaves the choice to the driver. */
    public String domainCapabilities(
            @Nullable String emulator, @Nullable String arch, @Nullable String machine, @Nullable String virtType) {
        return handle.string(
                "virConnectGetDomainCapabilities",
                pointer -> LibvirtC.virConnectGetDomainCapabilities(pointer, emulator, arch, machine, virtType, 0));
    }

    /**
     * Asks whether domains of that kind can have a CPU on this host (virConnectCompareHypervisorCPU).
     *
     * @param cpu the element of a domain's definition, with a model
     * @throws LibvirtException CPU_INCOMPATIBLE with the features that the host lacks, CONFIG_UNSUPPORTED of an unknown
     *     machine type
     */
    public void compareCpu(@Nullable String arch, @Nullable String machine, @Nullable String virtType, String cpu) {
        handle.number(
                "virConnectCompareHypervisorCPU",
                pointer -> LibvirtC.virConnectCompareHypervisorCPU(
                        pointer, null, arch, machine, virtType, cpu, COMPARE_FAIL_INCOMPATIBLE));
    }

    /**
     * A CPU of that kind of domain with each of its features named, those of its model too
     * (virConnectBaselineHypervisorCPU).
     *
     * @param cpu the element of a domain's definition, with a model
     * @return such an element
     */
    public String expandCpu(
            @Nullable String emulator,
            @Nullable String arch,
            @Nullable String machine,
            @Nullable String virtType,
            String cpu) {
        try (var cpus = new StringArray(new String[] {cpu}, StandardCharsets.UTF_8.name())) {
            return handle.string(
                    "virConnectBaselineHypervisorCPU",
                    pointer -> LibvirtC.virConnectBaselineHypervisorCPU(
                            pointer, emulator, arch, machine, virtType, cpus, 1, BASELINE_EXPAND_FEATURES));
        }
    }

    public NodeInfo nodeInfo() {
        return NodeInfo.of(handle);
    }

    public long freeMemoryBytes() {
        long[] free = new long[1];
        handle.number("virNodeGetFreeMemory", pointer -> {
            free[0] = LibvirtC.virNodeGetFreeMemory(pointer);
            return free[0] == 0 ? -1 : 0;
        });
        return free[0];
    }

    /** The CPU models that libvirt knows for an architecture; not all of them run on this host. */
    public List<String> cpuModelNames(String arch) {
        return handle.list(
                "virConnectGetCPUModelNames",
                (pointer, out) -> LibvirtC.virConnectGetCPUModelNames(pointer, arch, out, 0),
                Handle::take);
    }

    public Optional<Domain> lookupByUUID(UUID uuid) {
        byte[] raw = RawUuid.of(uuid);
        return handle.find(
                "virDomainLookupByUUID",
                ErrorKind.NO_DOMAIN,
                pointer -> LibvirtC.virDomainLookupByUUID(pointer, raw),
                Domain::new);
    }

    public Optional<Domain> lookupByName(String name) {
        return handle.find(
                "virDomainLookupByName",
                ErrorKind.NO_DOMAIN,
                pointer -> LibvirtC.virDomainLookupByName(pointer, name),
                Domain::new);
    }

    /** All domains, or those that the flags choose. The caller closes each. */
    public List<Domain> listAllDomains(ListFlag... flags) {
        int mask = Flag.mask(flags);
        return handle.list(
                "virConnectListAllDomains",
                (pointer, out) -> LibvirtC.virConnectListAllDomains(pointer, out, mask),
                Domain::new);
    }

    /**
     * Figures of all domains at once (virConnectGetAllDomainStats), of those kinds as far as the driver has them. Asks
     * hypervisor processes; what one that is busy with something else would tell is left out. May block all the same: one
     * that hangs is waited for by who asks it first.
     */
    public List<DomainStats> domainStats(DomainStats.Group... groups) {
        int mask = Flag.mask(groups);
        var records = new PointerByReference();
        int count = handle.number(
                "virConnectGetAllDomainStats",
                pointer -> LibvirtC.virConnectGetAllDomainStats(pointer, mask, records, STATS_NOWAIT));
        Pointer array = records.getValue();
        return array == null ? List.of() : StatsRecords.take(array, count);
    }

    /**
     * Defines a domain, or redefines the one of the same UUID and name; a running one goes on as it is.
     * The XML is validated against the node's own schema.
     *
     * @throws LibvirtException XML_ERROR, XML_INVALID_SCHEMA or CONFIG_UNSUPPORTED when the XML is refused,
     *     OPERATION_FAILED when name or UUID belong to another domain
     */
    public Domain defineXML(String xml) {
        return defineXML(xml, DEFINE_VALIDATE);
    }

    /**
     * As the other, for XML of which the schema has been asked: that takes longer than the rest. What it would refuse
     * and the daemon does not know is silently left out.
     */
    public Domain defineValidatedXML(String xml) {
        return defineXML(xml, 0);
    }

    private Domain defineXML(String xml, int flags) {
        return new Domain(handle.pointer(
                "virDomainDefineXMLFlags", pointer -> LibvirtC.virDomainDefineXMLFlags(pointer, xml, flags)));
    }

    public Optional<Network> lookupNetworkByName(String name) {
        return handle.find(
                "virNetworkLookupByName",
                ErrorKind.NO_NETWORK,
                pointer -> LibvirtC.virNetworkLookupByName(pointer, name),
                Network::new);
    }

    /**
     * Defines a network, or redefines the one of the same UUID and name; an active one goes on as it is.
     *
     * @throws LibvirtException OPERATION_FAILED when name or UUID belong to another network
     */
    public Network defineNetworkXML(String xml) {
        return new Network(
                handle.pointer("virNetworkDefineXML", pointer -> LibvirtC.virNetworkDefineXML(pointer, xml)));
    }

    public Optional<StoragePool> lookupStoragePoolByName(String name) {
        return handle.find(
                "virStoragePoolLookupByName",
                ErrorKind.NO_STORAGE_POOL,
                pointer -> LibvirtC.virStoragePoolLookupByName(pointer, name),
                StoragePool::new);
    }

    /** All storage pools, active or not. The caller closes each. */
    public List<StoragePool> listAllStoragePools() {
        return handle.list(
                "virConnectListAllStoragePools",
                (pointer, out) -> LibvirtC.virConnectListAllStoragePools(pointer, out, 0),
                StoragePool::new);
    }

    public Optional<NwFilter> lookupNwFilterByName(String name) {
        return handle.find(
                "virNWFilterLookupByName",
                ErrorKind.NO_NWFILTER,
                pointer -> LibvirtC.virNWFilterLookupByName(pointer, name),
                NwFilter::new);
    }

    /** Defines a network filter, or redefines the one of the same UUID and name, for running domains at once. */
    public NwFilter defineNwFilterXML(String xml) {
        return new NwFilter(
                handle.pointer("virNWFilterDefineXML", pointer -> LibvirtC.virNWFilterDefineXML(pointer, xml)));
    }

    /** All networks, active or not. The caller closes each. */
    public List<Network> listAllNetworks() {
        return handle.list(
                "virConnectListAllNetworks",
                (pointer, out) -> LibvirtC.virConnectListAllNetworks(pointer, out, 0),
                Network::new);
    }

    /** Events of all domains, those that are defined later too. */
    public EventSubscription subscribe(DomainEventListener listener) {
        return events.subscribe(listener);
    }

    /** Ends subscriptions and gives the connection back; calls in flight end as they would have. */
    @Override
    public void close() {
        if (closing.getAndSet(true)) {
            return;
        }
        events.close();
        EventCallbacks.CLOSES.remove(opaque);
        handle.close();
    }

    @Override
    public String toString() {
        return uri;
    }

    private void keepAlive() {
        try {
            handle.number(
                    "virConnectSetKeepAlive",
                    pointer -> LibvirtC.virConnectSetKeepAlive(pointer, KEEPALIVE_SECONDS, KEEPALIVE_COUNT));
        } catch (LibvirtException failure) {
            if (!failure.is(ErrorKind.UNSUPPORTED)) { // a driver in this process has nobody to ask
                throw failure;
            }
        }
    }

    private void watchClose() {
        handle.number(
                "virConnectRegisterCloseCallback",
                pointer -> LibvirtC.virConnectRegisterCloseCallback(pointer, EventCallbacks.CLOSE, opaque, null));
    }

    /** A listener that does not know the connection, which would never be collected otherwise. */
    private static Consumer<CloseReason> telling(Queue<Consumer<CloseReason>> listeners) {
        return reason -> listeners.forEach(listener -> listener.accept(reason));
    }

    /** libvirt's close callback has a reference of its own to the connection. */
    private static void release(Pointer pointer) {
        LibvirtC.virConnectUnregisterCloseCallback(pointer, EventCallbacks.CLOSE);
        LibvirtC.virConnectClose(pointer);
    }

    private long version(String function, ToIntBiFunction<Pointer, NativeLongByReference> call) {
        var version = new NativeLongByReference();
        handle.number(function, pointer -> call.applyAsInt(pointer, version));
        return version.getValue().longValue();
    }
}
