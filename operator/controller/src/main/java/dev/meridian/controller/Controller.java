package dev.meridian.controller;

import dev.meridian.api.v1alpha1.Condition;
import dev.meridian.api.v1alpha1.ConditionStatus;
import dev.meridian.api.v1alpha1.VirtualMachine;
import dev.meridian.controller.certificate.MigrationSigner;
import dev.meridian.domain.effect.EffectWatch;
import dev.meridian.josdk.OutdatedDefinition;
import dev.meridian.josdk.ReconcilerMeter;
import dev.meridian.josdk.UntilDone;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.Operator;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cluster's part of Meridian: reserves room for machines, assigns them to nodes, lets them go. It works while it
 * holds the Lease {@code meridian-controller}; a process that has lost it ends, for it cannot know what it missed.
 */
public final class Controller implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Controller.class);
    /** The process is to end within two seconds, and to give up its Lease after them. */
    private static final Duration LAST_WORDS = Duration.ofMillis(500);
    /** Requests to the API server end with their limit; there is nothing else to wait for. */
    private static final Duration LONGEST_LOOK = Duration.ofMinutes(10);

    /** Conditions of which there is a metric, beside Ready. */
    private static final Set<String> TROUBLES = Set.of("Stalled", "ReservationLost", "NotResponding");

    private final KubernetesClient client;
    private final ControllerOptions options;
    private final EffectWatch watch;
    private final InstantSource clock;
    private final Leadership leadership;
    private final SystemLeases systemLeases = new SystemLeases();
    private final AgentLeases leases;
    private final GuardLeases guards;
    private final StrayDomains strays = new StrayDomains();
    private final NodeAddresses addresses = new NodeAddresses();
    private final Optional<MigrationSigner> signer;
    private final StoreAge store;
    private final PlacementMeter placements = new PlacementMeter();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final FencingCounts fencings = new FencingCounts();
    private final ReconcilerMeter reconcilers = new ReconcilerMeter();
    private volatile @Nullable Operator operator;
    /** Of the operator, which answers nobody while it starts. */
    private volatile boolean started;

    private volatile @Nullable PowerFencing power;
    private volatile @Nullable MachineReconciler reconciler;

    /**
     * @param client for all but the election
     * @param election of the same API server: its requests wait for no others, or the lead would be lost whenever there is
     *     much to do
     */
    public Controller(
            KubernetesClient client,
            KubernetesClient election,
            ControllerOptions options,
            EffectWatch watch,
            InstantSource clock) {
        this.client = client;
        this.options = options;
        this.watch = watch;
        this.clock = clock;
        this.leadership = new Leadership(election, options);
        this.leases = new AgentLeases(clock);
        this.guards = new GuardLeases(client, leases, leadership, this::ofNode, watch, clock);
        this.signer = options.certificates()
                .map(lifetimes ->
                        new MigrationSigner(client, addresses::all, leadership::isHeld, lifetimes, watch, clock));
        this.store = new StoreAge(options.identity(), clock, this::onPast);
    }

    /** Seeks to lead, and works from then on. Returns at once. */
    public void start() {
        leadership.seek(this::lead, this::end);
    }

    /** Why only a new process would help: that the API server is away is no reason. */
    public Optional<String> stuck() {
        return reconcilers
                .stuckFor(LONGEST_LOOK)
                .map(loop -> "%s has looked at one object for more than %s".formatted(loop, LONGEST_LOOK));
    }

    /** Empty when it knows who leads and, if that is this process, has seen all machines; else why not. */
    public Optional<String> notReady() {
        if (leadership.isAnothers() || started) {
            return reconcilers.outdated().map(OutdatedDefinition::toString);
        }
        return Optional.of(
                operator == null ? "it is not known who leads" : "it leads, and has not seen all machines yet");
    }

    public ControllerMetrics metrics() {
        var leads = leadership.isHeld();
        var machines = leads ? known() : List.<VirtualMachine>of();
        return new ControllerMetrics(
                leads,
                Map.of(
                        "begun", fencings.begun.sum(),
                        "succeeded", fencings.succeeded.sum(),
                        "failed", fencings.failed.sum()),
                placements.acts(),
                placements.placements(),
                placements.waits(),
                placements.migrations(),
                leads ? leases.alive() : Map.of(),
                leads ? guards.alive() : Map.of(),
                machines.stream()
                        .map(vm ->
                                vm.getStatus() == null ? null : vm.getStatus().printableStatus())
                        .collect(Collectors.groupingBy(
                                status -> Objects.requireNonNullElse(status, "New"),
                                TreeMap::new,
                                Collectors.counting())),
                machines.stream().flatMap(Controller::conditions).toList(),
                reconcilers.soFar());
    }

    private List<VirtualMachine> known() {
        var looking = reconciler;
        return looking == null ? List.of() : looking.known().toList();
    }

    private Stream<VirtualMachine> ofNode(String node) {
        var looking = reconciler;
        return looking == null ? Stream.empty() : looking.ofNode(node);
    }

    /** Whether it is Ready, and what else it is only when somebody should know. */
    private static Stream<ControllerMetrics.MachineCondition> conditions(VirtualMachine vm) {
        var conditions =
                vm.getStatus() == null ? List.<Condition>of() : vm.getStatus().conditions();
        return conditions.stream()
                .filter(condition -> condition.type().equals("Ready")
                        || (TROUBLES.contains(condition.type()) && condition.status() == ConditionStatus.True))
                .map(condition -> new ControllerMetrics.MachineCondition(
                        vm.getMetadata().getNamespace(),
                        vm.getMetadata().getName(),
                        condition.type(),
                        condition.reason(),
                        condition.status() == ConditionStatus.True));
    }

    /** Completed when the process has lost the lead, or could not take it up: it should exit then. */
    public CompletionStage<Void> ended() {
        return ended;
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            leadership.leave();
            var fencing = power;
            if (fencing != null) {
                fencing.close();
            }
            signer.ifPresent(MigrationSigner::close);
            addresses.close();
            leases.close();
            guards.close();
            systemLeases.close();
            strays.close();
            store.close();
            var running = operator;
            if (running != null) {
                running.stop();
            }
            leadership.close();
        }
    }

    private void lead() {
        LOG.atInfo().addKeyValue("identity", options.identity()).log("Leading");
        try {
            var built = build();
            operator = built;
            systemLeases.start(client);
            leases.start(systemLeases);
            strays.start(client);
            store.start(client);
            if (signer.isPresent()) {
                addresses.start(client);
            }
            built.start();
            guards.start(systemLeases); // the machines that they name are known
            started = true;
            signer.ifPresent(MigrationSigner::start);
        } catch (RuntimeException e) {
            ended.completeExceptionally(e);
        }
    }

    private void end() {
        if (!closed.get()) {
            LOG.atWarn().addKeyValue("identity", options.identity()).log("The lead is lost");
        }
        ended.complete(null);
        close();
    }

    private Operator build() {
        var built = new Operator(o -> o.withKubernetesClient(client)
                .withCloseClientOnStop(false)
                .withMetrics(reconcilers.withReturnedObjects())
                .withParseResourceVersions(true)
                .withExecutorService(PlacingThreads.open())
                .withConcurrentWorkflowExecutorThreads(1)
                .withReconciliationTerminationTimeout(LAST_WORDS)
                .withInformerStoppedHandler((_, cause) -> ended.completeExceptionally(stopped(cause))));
        var events = new PlacementEvents(client, options.identity(), clock);
        var migrations = new MachineMigrations(client, options.migrations(), placements);
        var networkUsers = new NetworkUsers();
        var machines = new MachineReconciler(
                new Machines(client),
                new EndingNamespaces(client),
                events,
                leases,
                guards,
                leadership,
                strays,
                new Claims(client),
                migrations,
                new Budgets(client),
                networkUsers,
                placements,
                options,
                watch,
                clock);
        reconciler = machines;
        var fencing = new FencingStatus(client);
        var powered = new PowerFencing(
                client, leases, leadership, machines::anyGains, fencing, events, fencings, watch, clock);
        power = powered;
        built.register(
                machines,
                o -> o.withName("machines")
                        .watchingAllNamespaces()
                        .withGenerationAware(false)
                        .withTriggerReconcilerOnAllEvents(true)
                        .withRetry(UntilDone.retry())
                        .withReconciliationMaxInterval(options.resyncPeriod())
                        .withItemStore(Pruned.<VirtualMachine>ofMachines()));
        built.register(
                new NodeLabel(client, leases, leadership, fencing, new NodeFencing(fencing, leases, clock), powered),
                o -> o.withName("nodes")
                        .withGenerationAware(false)
                        .withRetry(UntilDone.retry())
                        .withReconciliationMaxInterval(options.resyncPeriod())
                        .withOnUpdateFilter(NodeLabel::concerns)
                        .withItemStore(Pruned.ofNodes()));
        built.register(
                new LostMigrations(client, migrations, leadership, clock),
                o -> o.withName("migrations")
                        .watchingAllNamespaces()
                        .withTriggerReconcilerOnAllEvents(true)
                        .withRetry(UntilDone.retry())
                        .withReconciliationMaxInterval(options.resyncPeriod())
                        .withItemStore(Pruned.ofMigrations()));
        built.register(
                new NetworkReconciler(client, networkUsers, leadership, clock),
                o -> o.withName("networks")
                        .watchingAllNamespaces()
                        .withGenerationAware(false)
                        .withTriggerReconcilerOnAllEvents(true)
                        .withRetry(UntilDone.retry()));
        signer.ifPresent(signs -> built.register(
                signs,
                o -> o.withName("certificates")
                        .withGenerationAware(false)
                        .withRetry(UntilDone.retry())
                        .withGenericFilter(MigrationSigner::concerns)
                        .withItemStore(Pruned.ofRequests())));
        return built;
    }

    /** What this process remembers is of a time that the cluster has not seen: the next one begins without it. */
    private void onPast() {
        ended.completeExceptionally(
                new IllegalStateException("the API server's store was replaced by an earlier copy"));
    }

    private static IllegalStateException stopped(@Nullable Throwable cause) {
        return new IllegalStateException("an informer stopped for good", cause);
    }
}
