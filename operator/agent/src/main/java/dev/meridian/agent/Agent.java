package dev.meridian.agent;

import dev.meridian.agent.images.Carrier;
import dev.meridian.agent.images.ImageCache;
import dev.meridian.agent.images.Patience;
import dev.meridian.domain.clock.HostStep;
import dev.meridian.domain.effect.EffectWatch;
import dev.meridian.domain.image.Ageing;
import dev.meridian.domain.image.Proxies;
import dev.meridian.domain.machine.Identity;
import dev.meridian.domain.metadata.MachineDocument;
import dev.meridian.domain.plan.Step;
import dev.meridian.josdk.OutdatedDefinition;
import dev.meridian.josdk.ReconcilerMeter;
import dev.meridian.libvirt.Connection;
import dev.meridian.libvirt.DomainEvent;
import dev.meridian.libvirt.DomainStats;
import dev.meridian.libvirt.EventLoop;
import dev.meridian.libvirt.KernelClock;
import dev.meridian.libvirt.Lanes;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The node's agent: its parts, put together and started in order. */
public final class Agent implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Agent.class);
    private static final Path SYSFS = Path.of("/sys");

    /** Of calls that wait for guests' agents, one after another for each guest: a clock is read beside nothing else. */
    private static final Lanes.Limits GUESTS = new Lanes.Limits(4, 4, Duration.ofSeconds(30));

    /** Reads of libvirt end when its keepalive does, requests to the API server with their limit, all else is at once. */
    private static final Duration LONGEST_LOOK = Duration.ofMinutes(10);

    private final AgentOptions options;
    private final ReconcilerMeter reconcilers = new ReconcilerMeter();
    private final InstantSource clock;
    private final NodeLock lock;
    private final Lanes lanes = new Lanes(Lanes.Limits.DEFAULT, call -> cameBack(call.lane()));
    private final ClockChanges clockChanges = new ClockChanges();
    private final MachineMemories memories = new MachineMemories(clockChanges);
    private final MachineEventSource wakes = new MachineEventSource();
    private final AssignedMachines assigned = new AssignedMachines(new Assignments());
    private final LibvirtLink link;
    private final DomainFigures figures;
    private final ReservationPods pods;
    private final OrphanedReservations orphans;
    private final OpenedPathsSource opened;
    private final ClockSpool spool;
    private final EventWriter events;
    private final ImageFetches images;
    private final RetainedDisks retained;
    private final NodeNetworks networks;
    private final NetworkKeeper networkKeeper;
    private final AddressPoller addresses;
    private final Lanes guestLanes = new Lanes(GUESTS);
    private final GuestClockKeeper guestClocks;
    private final GuestInfoReader guestInfos;
    private final GuestKeyKeeper guestKeys;
    private final GuestProber prober;
    private final HostClockWatch hostClock;
    private final AgentLease lease;
    private final CpuManagerWatch cpuManager;
    private final MigrationCertificates certificates;
    private final MigrationReadiness readiness;
    private final HypervisorReporter hypervisor;
    private final DomainReactions reactions;
    private final OutgoingMigrations outgoing;
    private final ExpectedGuests expected;
    private final StepRunner steps;
    private final IncomingMigrations incoming;
    private final MovedFilesKeeper movedFiles;
    private final NodeOperator operator;
    private final MachineSelection selection;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    /** @throws IllegalStateException when another agent runs on the node */
    public Agent(KubernetesClient client, AgentOptions options, EffectWatch watch, InstantSource clock)
            throws IOException {
        this(client, options, Connection::open, watch, clock);
    }

    /**
     * As the other, for who has many agents in a process.
     *
     * @param opening gives a connection to the libvirt of that URI; the agent closes each
     */
    public Agent(
            KubernetesClient client,
            AgentOptions options,
            Function<String, Connection> opening,
            EffectWatch watch,
            InstantSource clock)
            throws IOException {
        this.options = options;
        this.clock = clock;
        Files.createDirectories(Situations.consoleDirectory(options));
        Files.createDirectories(Situations.nvramDirectory(options));
        lock = NodeLock.acquire(options.runDirectory());
        link = new LibvirtLink(opening, options.libvirtUri(), this::onDomainEvent, this::onLink);
        link.prepare();
        var clusterId = FirstAnswer.of(() -> clusterId(client));
        EventLoop.start();
        figures = new DomainFigures(link);
        lease = new AgentLease(
                client,
                options.nodeName(),
                HostIdentity.of(options.stateDirectory()),
                new LastLease(options.stateDirectory(), clusterId),
                clock,
                new Beliefs());
        pods = new ReservationPods(client, options.nodeName(), lease, clock, this::wake);
        orphans = new OrphanedReservations(pods, link);
        opened = new OpenedPathsSource(client, options.nodeName(), this::policiesChanged);
        spool = new ClockSpool(options.stateDirectory());
        var hook = new LibvirtHook(spool);
        events = new EventWriter(client, options.nodeName(), watch, clock);
        images = imageFetches(client);
        retained = new RetainedDisks(
                options.stateDirectory().resolve("retained"),
                RetainedDisks.Namespaces.of(client),
                clock,
                this::retainedChanged);
        networks = new NodeNetworks(client, options.nodeName());
        networkKeeper = new NetworkKeeper(link, clusterId, this::documents, networks);
        addresses = new AddressPoller(link, memories, this::onLease);
        var guests = new GuestCalls(link, guestLanes);
        guestClocks = new GuestClockKeeper(guests, memories, clock, this::wake);
        guestInfos = new GuestInfoReader(guests, memories, this::wake);
        guestKeys = new GuestKeyKeeper(guests, clock, this::wake);
        prober = new GuestProber(link, memories, clock, this::wake);
        var cpus = new CpuManagerState(options.kubeletRoot());
        cpuManager = new CpuManagerWatch(cpus, this::wakeAll);
        hostClock = new HostClockWatch(clock, this::onHostStep);
        var strays = new Strays(clusterId, machine -> assigned.contains(machine) || isExpected(machine), this::placed);
        var credentials = new MigrationCredentials();
        var handshakes = new ReentrantLock();
        certificates = new MigrationCertificates(
                client,
                options,
                credentials,
                new QemuGroup(link, credentials),
                new LibvirtDaemons(watch, handshakes),
                opened::issuesCertificates,
                this::certificatesChanged,
                watch,
                clock);
        readiness = new MigrationReadiness(
                options.migration(),
                credentials,
                certificates::trouble,
                ReturnedConnections::warningOfNode,
                handshakes,
                clock);
        hypervisor = new HypervisorReporter(
                client,
                options,
                link,
                lanes,
                strays,
                new StaleCopies(client, options.nodeName(), link, strays::own),
                retained,
                () -> hook.bring(opened.installsHook()),
                readiness,
                opened::links,
                new HostTopology(SYSFS),
                clock);
        reactions = new DomainReactions(memories, assigned, addresses, guestClocks, hypervisor, clock, this::wake);
        var migrations = new MigrationStatusWriter(client);
        outgoing = new OutgoingMigrations(client, options.nodeName(), migrations, link, watch, clock, this::wake);
        expected = new ExpectedGuests(watch);
        var situations = new Situations(
                options,
                clusterId,
                link,
                pods,
                opened,
                new SuppliesSource(
                        new MountedVolumes(options.kubeletRoot()),
                        new MountedClaims(options.kubeletRoot()),
                        pods,
                        images,
                        new HostDeviceSource(opened, new NodeDevices(SYSFS), memories),
                        retained,
                        expected,
                        link),
                new NetworkSource(client, clusterId, link, opened),
                cpus,
                new NumaNodes(SYSFS),
                outgoing,
                spool,
                clock);
        steps = new StepRunner(
                lanes,
                link,
                new NvramDirectory(Situations.nvramDirectory(options)),
                retained,
                networks,
                outgoing,
                expected,
                new CertificateRefusals(options.nodeName(), readiness, credentials, clock),
                new GuardConnection(client, options.nodeName(), options.runDirectory()),
                watch,
                clock,
                machine -> wake(machine.uid()));
        movedFiles = new MovedFilesKeeper(
                client, options.nodeName(), options.stateDirectory().resolve("machines"), this::comes, this::apart);
        incoming = new IncomingMigrations(
                client,
                options,
                readiness,
                migrations,
                link,
                situations,
                memories,
                steps,
                expected,
                assigned::contains,
                this::migrationLeft,
                clock);
        selection = new MachineSelection(client, options.nodeName());
        operator = new NodeOperator(client, options.nodeName(), reconcilers);
        var reconciler = new VirtualMachineReconciler(
                situations,
                memories,
                guestClocks,
                guestInfos,
                guestKeys,
                prober,
                assigned,
                pods,
                steps,
                outgoing,
                new StatusWriter(client, watch),
                events,
                wakes,
                options.resync(),
                clock);
        operator.register(reconciler);
        hypervisor.before(() -> assigned.keep(reconciler::knows));
    }

    private ImageFetches imageFetches(KubernetesClient client) throws IOException {
        var directory = Files.createDirectories(options.stateDirectory().resolve("image-cache"));
        var room = Ageing.Limits.of(Files.getFileStore(directory).getTotalSpace());
        return new ImageFetches(
                client,
                options.nodeName(),
                directory,
                new ImageCache.Settings(
                        () -> opened.imageLimits(room),
                        Patience.DEFAULT,
                        Proxies.of(System.getenv()),
                        "qemu-img",
                        Carrier.apart()),
                new ClusterAddresses(
                        options.clusterNetworks(),
                        URI.create(client.getMasterUrl().toString())),
                opened,
                events,
                new NeededImages(
                        options.stateDirectory().resolve("machines"),
                        options.stateDirectory().resolve("retained"),
                        memories,
                        pods,
                        new MountedVolumes(options.kubeletRoot())),
                (namespace, _) -> imageChanged(namespace),
                clock);
    }

    /** Machines of its namespace may wait for it. */
    private void imageChanged(String namespace) {
        assigned.all().stream()
                .filter(machine -> machine.namespace().equals(namespace))
                .forEach(machine -> wake(machine.uid()));
    }

    private static String clusterId(KubernetesClient client) {
        return client.namespaces().withName("kube-system").get().getMetadata().getUid();
    }

    /** @throws IllegalStateException while another host serves the node of this name */
    public void start() {
        FirstAnswer.to(lease::begin);
        lease.start();
        link.start();
        pods.start();
        opened.start();
        images.start();
        outgoing.start();
        incoming.start();
        movedFiles.start();
        operator.start();
        addresses.start();
        networkKeeper.start();
        guestClocks.start();
        guestInfos.start();
        hostClock.start();
        cpuManager.start();
        certificates.start();
        hypervisor.start();
        LOG.atInfo().addKeyValue("node", options.nodeName()).log("agent started");
    }

    /** Completed when the agent cannot go on: the process should exit then, and the next one begins anew. */
    public CompletionStage<Void> ended() {
        return ended;
    }

    /** Why only a new process would help: what waits for libvirt or the API server is no reason. */
    public Optional<String> stuck() {
        return reconcilers
                .stuckFor(LONGEST_LOOK)
                .map(loop -> "%s has looked at one object for more than %s".formatted(loop, LONGEST_LOOK));
    }

    /** Why machines are not served at this moment; empty when they are. */
    public Optional<String> notReady() {
        if (link.session().isEmpty()) {
            return Optional.of("libvirt at %s: %s".formatted(options.libvirtUri(), link.lastFailure()));
        }
        return operator.hasSynced()
                ? reconcilers.outdated().map(OutdatedDefinition::toString)
                : Optional.of(selection.trouble());
    }

    /** Waits for libvirt, but not for long. */
    public AgentMetrics metrics() {
        var hostClock = KernelClock.read();
        return new AgentMetrics(
                link.session().isPresent(),
                lanes.stuck().size(),
                hostClock.isSynchronized(),
                hostClock.maxErrorMicros() / 1e6,
                clockChanges.soFar(),
                assigned.all().size(),
                assigned.all().stream().flatMap(this::measured).toList(),
                figures.read().map(this::ours),
                reconcilers.soFar(),
                LibvirtCalls.ofThisProcess().soFar(),
                outgoing.soFar());
    }

    /** Domains of others are theirs to measure. */
    private List<MachineFigures> ours(List<DomainStats> stats) {
        return stats.stream()
                .flatMap(domain ->
                        assigned.find(domain.uuid()).stream().map(machine -> MachineFigures.of(machine, domain)))
                .toList();
    }

    private Stream<AgentMetrics.Machine> measured(Identity machine) {
        return memories.find(machine.uid()).stream()
                .flatMap(memory -> memory.clock().stream()
                        .map(reading -> new AgentMetrics.Machine(
                                machine,
                                reading,
                                memory.guest().latest(),
                                memory.guest().wanted())));
    }

    private List<MachineDocument> documents() {
        return memories.machines().stream()
                .flatMap(machine -> memories.find(machine).stream())
                .flatMap(memory -> memory.document().stream())
                .toList();
    }

    private void onDomainEvent(DomainEvent event) {
        reactions.on(event);
    }

    /** The guest may tell more than was leased to it, such as its addresses of IPv6. */
    private void onLease(UUID machine) {
        guestInfos.look(machine);
        wake(machine);
    }

    private void onHostStep(HostStep.Stepped step) {
        for (var machine : memories.machines()) {
            memories.find(machine).ifPresent(memory -> memory.guest().hostStepped(step));
            guestClocks.look(machine);
        }
        wakeAll();
        hypervisor.poke();
    }

    /** A hung hypervisor process answers again, or has ended. */
    private void cameBack(UUID machine) {
        memories.find(machine).ifPresent(MachineMemory::retryNow);
        wake(machine);
    }

    private void onLink() {
        hypervisor.poke();
        wakeAll();
        orphans.lookAgain();
    }

    private void policiesChanged() {
        images.policiesChanged();
        wakeAll();
        certificates.poke();
        hypervisor.poke();
    }

    private void certificatesChanged() {
        readiness.askAnew();
        hypervisor.poke();
    }

    private void retainedChanged() {
        hypervisor.poke();
    }

    private void wakeAll() {
        assigned.all().forEach(machine -> wake(machine.uid()));
    }

    private void wake(UUID machine) {
        assigned.find(machine)
                .ifPresentOrElse(
                        identity -> wakes.wake(identity.namespace(), identity.name()), () -> unassigned(machine));
    }

    private void unassigned(UUID machine) {
        orphans.look(machine);
        incoming.wake(machine);
    }

    /** Asked by what is made before that is. */
    private boolean isExpected(UUID machine) {
        return incoming.expects(machine);
    }

    /** Of a machine that is not, or not only, looked at as one of the node's. */
    private void apart(Identity machine, Step step) {
        steps.run(machine, step, new MachineMemory(clockChanges), 0);
    }

    /** What it has left may be removed. */
    private void migrationLeft() {
        movedFiles.poke();
        hypervisor.poke();
    }

    private void placed(Identity machine, String migration) {
        if (!comes(machine.uid(), migration)) {
            apart(machine, new Step.StopExpecting(migration));
        }
    }

    private boolean comes(UUID machine, String migration) {
        return incoming.isUnderWay(machine, migration);
    }

    /** What follows when the API server's store was replaced by an earlier copy. */
    private final class Beliefs implements AgentLease.Listener {
        @Override
        public void lost() {
            ended.completeExceptionally(
                    new IllegalStateException("the API server's store was replaced by an earlier copy"));
        }

        @Override
        public void regained() {
            wakeAll();
        }
    }

    /** What follows when a machine comes to the node or leaves it. */
    private final class Assignments implements AssignedMachines.Listener {
        @Override
        public void came(Identity machine) {
            addresses.started(machine.uid());
            hypervisor.came(machine.uid());
        }

        @Override
        public void left(UUID machine) {
            memories.forget(machine);
            outgoing.forget(machine);
            spool.forget(machine);
            hypervisor.poke();
        }
    }

    /** Ends the agent; every guest runs on. */
    @Override
    public void close() throws IOException {
        operator.stop();
        movedFiles.close();
        incoming.close();
        expected.close();
        outgoing.close();
        addresses.close();
        networkKeeper.close();
        networks.close();
        guestClocks.close();
        guestInfos.close();
        prober.close();
        guestLanes.close();
        hostClock.close();
        cpuManager.close();
        certificates.close();
        hypervisor.close();
        readiness.close();
        lease.close();
        pods.close();
        opened.close();
        images.close();
        events.close();
        lanes.close();
        figures.close();
        link.close();
        lock.close();
    }
}
