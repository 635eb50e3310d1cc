package dev.meridian.agent;

import static java.util.function.Predicate.not;

import dev.meridian.api.v1alpha1.Allocatable;
import dev.meridian.api.v1alpha1.Capacity;
import dev.meridian.api.v1alpha1.ConditionStatus;
import dev.meridian.api.v1alpha1.DomainType;
import dev.meridian.api.v1alpha1.Driver;
import dev.meridian.api.v1alpha1.Hypervisor;
import dev.meridian.api.v1alpha1.HypervisorClock;
import dev.meridian.api.v1alpha1.HypervisorNetwork;
import dev.meridian.api.v1alpha1.HypervisorPool;
import dev.meridian.api.v1alpha1.HypervisorStatus;
import dev.meridian.api.v1alpha1.Meridian;
import dev.meridian.api.v1alpha1.Stray;
import dev.meridian.domain.status.Conditions;
import dev.meridian.domain.status.Conditions.Decided;
import dev.meridian.libvirt.Connection;
import dev.meridian.libvirt.Lanes;
import dev.meridian.libvirt.LibvirtException;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeStatus;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the node's Hypervisor true: created once, its status written when it changed. */
final class HypervisorReporter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HypervisorReporter.class);
    private static final Duration RESYNC = Duration.ofMinutes(1);
    /** Each is some 400 bytes. */
    private static final int MOST_RETAINED = 100;

    private static final PatchContext APPLY = new PatchContext.Builder()
            .withPatchType(PatchType.SERVER_SIDE_APPLY)
            .withFieldManager(Meridian.AGENT)
            .withForce(true)
            .build();

    private final KubernetesClient client;
    private final AgentOptions options;
    private final LibvirtLink link;
    private final Lanes lanes;
    private final Strays strays;
    private final StaleCopies stale;
    private final RetainedDisks retained;
    private final Supplier<Decided> hook;
    private final MigrationReadiness migration;
    private final Supplier<List<String>> links;
    private final HostTopology topology;
    private final InstantSource clock;
    private final List<Runnable> checks = new CopyOnWriteArrayList<>();
    private final BlockingQueue<Boolean> pokes = new ArrayBlockingQueue<>(1);
    private volatile Set<String> reported = Set.of();
    private final Thread thread =
            Thread.ofPlatform().daemon().name("hypervisor").unstarted(this::run);

    HypervisorReporter(
            KubernetesClient client,
            AgentOptions options,
            LibvirtLink link,
            Lanes lanes,
            Strays strays,
            StaleCopies stale,
            RetainedDisks retained,
            Supplier<Decided> hook,
            MigrationReadiness migration,
            Supplier<List<String>> links,
            HostTopology topology,
            InstantSource clock) {
        this.client = client;
        this.options = options;
        this.link = link;
        this.lanes = lanes;
        this.strays = strays;
        this.stale = stale;
        this.retained = retained;
        this.hook = hook;
        this.migration = migration;
        this.links = links;
        this.topology = topology;
        this.clock = clock;
    }

    /** @param check made before each look at the domains */
    void before(Runnable check) {
        checks.add(check);
    }

    void start() {
        thread.start();
        poke();
    }

    /** Something may have changed. */
    void poke() {
        pokes.offer(true);
    }

    /** The machine is assigned to the node now: it is no stray, if it was one. */
    void came(UUID machine) {
        if (reported.contains(machine.toString())) {
            poke();
        }
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                pokes.poll(RESYNC.toMillis(), TimeUnit.MILLISECONDS);
                reportOrLog();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void reportOrLog() throws InterruptedException {
        try {
            report();
        } catch (KubernetesClientException | LibvirtException e) {
            LOG.atWarn()
                    .addKeyValue("node", options.nodeName())
                    .log("the Hypervisor was not written: {}", e.getMessage());
            link.suspect();
        } catch (RuntimeException e) {
            // Without descriptors, say. Nobody but this thread would try again.
            LOG.atError().addKeyValue("node", options.nodeName()).setCause(e).log("the Hypervisor was not written");
        }
    }

    private void report() throws InterruptedException {
        checks.forEach(Runnable::run);
        var hypervisors = client.resources(Hypervisor.class);
        var now = hypervisors.withName(options.nodeName()).get();
        if (now == null) {
            now = hypervisors.resource(named()).create();
        }
        var status = status(now);
        reported = status.strays().stream().map(Stray::uid).collect(Collectors.toSet());
        if (now.getStatus() == null || !status.equals(now.getStatus().ofAgent())) {
            var patch = named();
            patch.setStatus(status);
            hypervisors.withName(options.nodeName()).subresource("status").patch(APPLY, patch);
        }
    }

    private Hypervisor named() {
        var hypervisor = new Hypervisor();
        hypervisor.setMetadata(
                new ObjectMetaBuilder().withName(options.nodeName()).build());
        return hypervisor;
    }

    private HypervisorStatus status(Hypervisor object) throws InterruptedException {
        var before = Objects.requireNonNullElse(object.getStatus(), HypervisorStatus.NONE);
        var hostClock = HostClock.read();
        var generation = object.getMetadata().getGeneration();
        var decided = Conditions.decide(before.conditions(), conditions(hostClock), generation, clock.instant());
        var kept = retained.list();
        var session = link.session();
        var reads = session.map(LibvirtSession::reads);
        return new HypervisorStatus(
                generation,
                session.map(LibvirtSession::hostUUID)
                        .filter(not(String::isEmpty)) // of a driver that has none: what is not told reads as null
                        .orElse(before.hostUUID()),
                BootId.read(),
                session.map(found -> List.of(driver(found))).orElse(before.drivers()),
                reads.map(HypervisorReporter::capacity).orElse(before.capacity()),
                allocatable(),
                topology.numa(),
                topology.hugepages(),
                reads.map(HypervisorReporter::networks).orElse(before.networks()),
                links.get(),
                reads.map(HypervisorReporter::pools).orElse(before.pools()),
                hostClock,
                reads.map(found -> stale.end(strays.find(found))).orElse(before.strays()),
                kept.stream().limit(MOST_RETAINED).toList(),
                kept.isEmpty() ? null : kept.size(),
                null,
                decided);
    }

    private static Capacity capacity(Connection reads) {
        var node = reads.nodeInfo();
        return new Capacity(node.cpus(), new Quantity(node.memoryBytes() / 1024 + "Ki"));
    }

    private @Nullable Allocatable allocatable() {
        return Optional.ofNullable(client.nodes().withName(options.nodeName()).get())
                .map(Node::getStatus)
                .map(NodeStatus::getAllocatable)
                .flatMap(HypervisorReporter::allocatable)
                .orElse(null);
    }

    private static Optional<Allocatable> allocatable(Map<String, Quantity> resources) {
        var cpu = resources.get("cpu");
        var memory = resources.get("memory");
        return cpu == null || memory == null ? Optional.empty() : Optional.of(new Allocatable(cpu, memory));
    }

    private List<Decided> conditions(HypervisorClock hostClock) throws InterruptedException {
        return Stream.concat(
                        reachable().stream(),
                        Stream.of(
                                hook.get(),
                                HostClock.condition(hostClock),
                                migration.condition(link.session().isPresent())))
                .toList();
    }

    private List<Decided> reachable() {
        if (link.session().isEmpty()) {
            var message = "libvirt at %s: %s".formatted(options.libvirtUri(), link.lastFailure());
            return List.of(
                    new Decided("Ready", ConditionStatus.False, "LibvirtUnreachable", message),
                    new Decided("LibvirtReachable", ConditionStatus.False, "LibvirtUnreachable", message));
        }
        if (lanes.isHung()) {
            var message = "%d calls to libvirt do not come back"
                    .formatted(lanes.stuck().size());
            return List.of(
                    new Decided("Ready", ConditionStatus.False, "Hung", message),
                    new Decided("LibvirtReachable", ConditionStatus.True, "Connected", ""));
        }
        return List.of(
                new Decided("Ready", ConditionStatus.True, "Ready", "machines can run here"),
                new Decided("LibvirtReachable", ConditionStatus.True, "Connected", ""));
    }

    private static Driver driver(LibvirtSession session) {
        var types = new ArrayList<DomainType>();
        session.types()
                .forEach((type, facts) -> types.add(new DomainType(
                        type,
                        facts.architecture(),
                        facts.machines().stream().sorted().toList(),
                        facts.cpuModels(),
                        facts.cpuFeatures())));
        return new Driver(
                session.reads().uri(),
                version(session.reads().libVersion()),
                version(session.reads().hypervisorVersion()),
                types);
    }

    /** libvirt counts versions as major * 1,000,000 + minor * 1,000 + release. */
    private static String version(long number) {
        return number / 1_000_000 + "." + number / 1_000 % 1_000 + "." + number % 1_000;
    }

    /** None, of a libvirt whose part for them is not installed. */
    private static List<HypervisorPool> pools(Connection connection) {
        var pools = new ArrayList<HypervisorPool>();
        try {
            for (var pool : connection.listAllStoragePools()) {
                try (pool) {
                    pools.add(new HypervisorPool(pool.name(), pool.isActive()));
                }
            }
        } catch (LibvirtException e) {
            if (!connection.isAlive()) {
                throw e;
            }
            LOG.atDebug().log("libvirt tells no storage pools: {}", e.getMessage());
        }
        pools.sort(Comparator.comparing(HypervisorPool::name));
        return pools;
    }

    private static List<HypervisorNetwork> networks(Connection connection) {
        var networks = new ArrayList<HypervisorNetwork>();
        for (var network : connection.listAllNetworks()) {
            try (network) {
                networks.add(new HypervisorNetwork(network.name(), network.isActive()));
            }
        }
        networks.sort(Comparator.comparing(HypervisorNetwork::name));
        return networks;
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
