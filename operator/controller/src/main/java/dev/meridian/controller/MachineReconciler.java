package dev.meridian.controller;

import dev.meridian.api.v1alpha1.Meridian;
import dev.meridian.api.v1alpha1.VirtualMachine;
import dev.meridian.domain.effect.EffectWatch;
import dev.meridian.domain.fence.FencedMachines;
import dev.meridian.domain.placement.NodeChoice;
import dev.meridian.domain.placement.NodeMarks;
import dev.meridian.domain.placement.NodeNeeds;
import dev.meridian.domain.placement.PlacementPlanner;
import dev.meridian.domain.placement.PlacementStep;
import dev.meridian.domain.placement.PlacementView;
import dev.meridian.domain.placement.ReservedPod;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes a machine step by step to its place. The decisions are {@link PlacementPlanner}'s. */
final class MachineReconciler implements Reconciler<VirtualMachine> {
    private static final Logger LOG = LoggerFactory.getLogger(MachineReconciler.class);
    private static final String BY_NODE = "status.nodeName";
    private static final String SEEKING = "seeking";
    private static final String BY_NAMED_NODE = "spec.nodeName";
    private static final String BY_GUARD = "its node's guard, whose Lease is over";

    /** More steps at one go would be two of ours undoing each other. */
    private static final int MAX_STEPS = 20;

    private final Machines machines;
    private final PlacementEvents events;
    private final AgentLeases leases;
    private final GuardLeases guards;
    private final Leadership leadership;
    private final StrayDomains strays;
    private final Claims claims;
    private final MachineMigrations migrations;
    private final Budgets budgets;
    private final NetworkUsers networkUsers;
    private final MachineNetworks networks;
    private final ControllerOptions options;
    private final EffectWatch watch;
    private final InstantSource clock;
    private final PlacementMeter meter;
    private final Latest<VirtualMachine> latest = new Latest<>();
    private final EndingNamespaces namespaces;
    private final MachineClasses classes = new MachineClasses();
    private final MachineImages images = new MachineImages();
    private final NodeMarkings markings = new NodeMarkings();
    private final Quotas quotas;
    private @Nullable Reservations reservations;
    private volatile @Nullable IndexerResourceCache<VirtualMachine> known;

    MachineReconciler(
            Machines machines,
            EndingNamespaces namespaces,
            PlacementEvents events,
            AgentLeases leases,
            GuardLeases guards,
            Leadership leadership,
            StrayDomains strays,
            Claims claims,
            MachineMigrations migrations,
            Budgets budgets,
            NetworkUsers networkUsers,
            PlacementMeter meter,
            ControllerOptions options,
            EffectWatch watch,
            InstantSource clock) {
        this.machines = machines;
        this.namespaces = namespaces;
        this.events = events;
        this.leases = leases;
        this.guards = guards;
        this.leadership = leadership;
        this.strays = strays;
        this.claims = claims;
        this.migrations = migrations;
        this.budgets = budgets;
        this.networkUsers = networkUsers;
        this.networks = new MachineNetworks(networkUsers);
        this.meter = meter;
        this.options = options;
        this.quotas = new Quotas(migrations, vm -> classes.of(vm).milliCpuPerVcpu(options.milliCpuPerVcpu()));
        this.watch = watch;
        this.clock = clock;
    }

    @Override
    public List<EventSource<?, VirtualMachine>> prepareEventSources(EventSourceContext<VirtualMachine> context) {
        var pods = new InformerEventSource<>(
                InformerEventSourceConfiguration.from(Pod.class, VirtualMachine.class)
                        .withName("reservations")
                        .withWatchAllNamespaces()
                        .withLabelSelector(Meridian.MACHINE_LABEL)
                        .withSecondaryToPrimaryMapper(Owners::machines)
                        .withItemStore(Pruned.ofPods())
                        .build(),
                context);
        reservations = new Reservations(context.getClient(), pods, clock);
        var agents = new SimpleInboundEventSource<VirtualMachine>("agents");
        var cache = context.getPrimaryCache();
        cache.addIndexer(BY_NODE, MachineReconciler::nodes);
        cache.addIndexer(SEEKING, MachineReconciler::seeking);
        cache.addIndexer(BY_NAMED_NODE, MachineReconciler::naming);
        networkUsers.prepare(cache);
        known = cache;
        leases.listen(node -> wake(cache, agents, node));
        guards.listen(node -> wake(cache, agents, node));
        var finds = new SimpleInboundEventSource<VirtualMachine>("strays");
        strays.listen((namespace, name) -> wake(cache, finds, new ResourceID(name, namespace)));
        var all = new ArrayList<EventSource<?, VirtualMachine>>(List.of(
                pods,
                agents,
                finds,
                namespaces.prepare(context),
                classes.prepare(context),
                images.prepare(context),
                migrations.prepare(context, reservations),
                budgets.prepare(context),
                quotas.prepare(context, reservations)));
        all.add(networks.prepare(context));
        all.addAll(markings.prepare(
                context,
                node -> found(cache, BY_NODE, node),
                node -> found(cache, BY_NAMED_NODE, node),
                () -> found(cache, SEEKING, SEEKING)));
        return all;
    }

    private static Set<ResourceID> found(IndexerResourceCache<VirtualMachine> cache, String index, String key) {
        return cache.byIndex(index, key).stream().map(ResourceID::fromResource).collect(Collectors.toSet());
    }

    @Override
    public UpdateControl<VirtualMachine> reconcile(VirtualMachine cached, Context<VirtualMachine> context) {
        if (context.isPrimaryResourceDeleted()) {
            latest.forget(cached);
            reservations().forget(cached);
            namespaces.left(cached, context.getPrimaryCache());
            return UpdateControl.noUpdate();
        }
        var vm = latest.of(cached);
        for (var steps = 0; steps < MAX_STEPS; steps++) {
            switch (PlacementPlanner.next(view(vm))) {
                case PlacementStep.Act act -> {
                    watch.before(name(act));
                    if (!leadership.isHeld()) {
                        return UpdateControl.<VirtualMachine>noUpdate().rescheduleAfter(Leadership.LOOK_AGAIN);
                    }
                    var after = perform(vm, act);
                    if (after.isEmpty()) {
                        return UpdateControl.noUpdate();
                    }
                    vm = after.get();
                }
                case PlacementStep.Wait(var until) -> {
                    return UpdateControl.<VirtualMachine>noUpdate().rescheduleAfter(millisUntil(until));
                }
                case PlacementStep.Settled() -> {
                    return UpdateControl.noUpdate();
                }
            }
        }
        throw new IllegalStateException("no end after " + MAX_STEPS + " steps: they undo each other");
    }

    /** Whether a machine of that node would go on elsewhere if the node were proven dead. */
    boolean anyGains(String node) {
        return ofNode(node).anyMatch(FencedMachines::gains);
    }

    private PlacementView view(VirtualMachine vm) {
        var status = vm.getStatus();
        var moves = migrations.of(vm);
        var node = status == null ? null : status.nodeName();
        var isLost = node != null && !leases.isAlive(node);
        return new PlacementView(
                vm,
                reservations().of(vm),
                reservations().setback(vm),
                strays.of(vm.getMetadata().getUid()),
                Optional.of(reservations().bareSince(vm)),
                namespaces.isEnding(vm.getMetadata().getNamespace()),
                isLost,
                options.reservation()
                        .with(
                                classes.of(vm),
                                images.secrets(vm),
                                claims.of(vm),
                                NodeChoice.of(NodeNeeds.of(vm, networks.of(vm)), markings.kinds()),
                                images.near(vm)),
                clock.instant(),
                moves,
                migrations.traffic(vm, moves),
                node == null
                        ? NodeMarks.NONE
                        : marks(node, UUID.fromString(vm.getMetadata().getUid())),
                Optional.ofNullable(vm.getSpec().nodeName())
                        .flatMap(named -> markings.named(named, leases.isAlive(named))),
                budgets.has(vm),
                quotas.refusal(vm));
    }

    /** What was told of the node's death counts no more once it is heard of, before anybody has taken it back. */
    private NodeMarks marks(String node, UUID machine) {
        var marks = markings.of(node);
        return new NodeMarks(
                marks.taints(),
                marks.fenced(),
                marks.fencing()
                        .filter(said -> !leases.wasRenewedSince(node, Instant.parse(said.since()))
                                && !NodeMarks.isOutdated(said, leases.lastRenewal(node))),
                Optional.of(BY_GUARD).filter(_ -> guards.isOver(node, machine)));
    }

    /** The machine after the act; empty when its object is gone. */
    private Optional<VirtualMachine> perform(VirtualMachine vm, PlacementStep.Act act) {
        LOG.atDebug()
                .addKeyValue("namespace", vm.getMetadata().getNamespace())
                .addKeyValue("name", vm.getMetadata().getName())
                .addKeyValue("step", name(act))
                .log("Placing");
        try {
            var after = Optional.ofNullable(act(vm, act));
            meter.acted(name(act));
            watch.after(name(act));
            return after;
        } catch (KubernetesClientException e) {
            return switch (e.getCode()) {
                case HttpURLConnection.HTTP_CONFLICT -> again(vm);
                case HttpURLConnection.HTTP_NOT_FOUND -> Optional.empty();
                default -> throw e;
            };
        }
    }

    private static String name(PlacementStep.Act act) {
        return act.getClass().getSimpleName();
    }

    private @Nullable VirtualMachine act(VirtualMachine vm, PlacementStep.Act act) {
        return switch (act) {
            case PlacementStep.AddFinalizer() -> remembered(machines.addFinalizer(vm));
            case PlacementStep.DeleteMachine() -> {
                tell(vm, "The machine goes with its namespace");
                machines.delete(vm);
                yield again(vm).orElse(null);
            }
            case PlacementStep.RemoveFinalizer() -> {
                tell(vm, "The machine is let go");
                yield remembered(machines.removeFinalizer(vm));
            }
            case PlacementStep.CreatePod(var pod) -> createPod(vm, pod);
            case PlacementStep.DeletePod(var pod) -> {
                reservations().delete(vm, pod);
                yield vm;
            }
            case PlacementStep.DiscardPod(var pod, var refusal) -> {
                reservations().discard(vm, pod, refusal);
                yield vm;
            }
            case PlacementStep.AddMigrationFinalizer(var migration) -> {
                migrations.addFinalizer(migration);
                yield vm;
            }
            case PlacementStep.RemoveMigrationFinalizer(var migration) -> {
                migrations.removeFinalizer(migration);
                yield vm;
            }
            case PlacementStep.CreateMigration(var migration) -> {
                tell(vm, "The machine is to leave its node, and a migration is made for it");
                migrations.create(vm, migration);
                yield vm;
            }
            case PlacementStep.DeleteMigration(var migration) -> {
                migrations.delete(migration);
                yield vm;
            }
            case PlacementStep.CreateBudget(var budget) -> {
                budgets.create(budget);
                yield vm;
            }
            case PlacementStep.DeleteBudget(var name) -> {
                budgets.delete(vm, name);
                yield vm;
            }
            case PlacementStep.WriteMigration(var migration, var status) -> {
                tell(vm, "A migration of the machine is " + status.phase());
                migrations.write(migration, status);
                yield vm;
            }
            case PlacementStep.WriteStatus(var status, var told) -> {
                var written = remembered(machines.applyStatus(vm, status));
                told.forEach(event -> events.write(vm, event));
                if (status.nodeName() != null
                        && (vm.getStatus() == null
                                || !status.nodeName().equals(vm.getStatus().nodeName()))) {
                    tell(written, "The machine is assigned to its node");
                    placed(vm, status.nodeName());
                }
                yield written;
            }
        };
    }

    private void placed(VirtualMachine vm, String node) {
        reservations().of(vm).stream()
                .filter(pod -> pod.state() instanceof ReservedPod.State.Bound(var bound) && bound.equals(node))
                .findFirst()
                .ifPresent(pod -> meter.placed(Duration.between(pod.createdAt(), clock.instant())));
    }

    /** Those of a node, as far as they are known yet. */
    Stream<VirtualMachine> ofNode(String node) {
        var machines = known;
        return machines == null ? Stream.empty() : machines.byIndex(BY_NODE, node).stream();
    }

    /** All machines that the API server has, as far as they are known yet. */
    Stream<VirtualMachine> known() {
        var machines = known;
        return machines == null ? Stream.empty() : machines.list();
    }

    /** A first pod is created while the finalizer is written; a node hears of the machine when both are there. */
    private VirtualMachine createPod(VirtualMachine vm, Pod pod) {
        if (vm.hasFinalizer(Meridian.FINALIZER)) {
            reservations().create(vm, pod);
            return vm;
        }
        try (var aside = Executors.newVirtualThreadPerTaskExecutor()) {
            var created = CompletableFuture.runAsync(
                    () -> watch.around("FirstPod", () -> reservations().create(vm, pod)), aside);
            watch.before("FirstFinalizer");
            var answer = remembered(machines.addFinalizer(vm));
            watch.after("FirstFinalizer");
            created.join();
            return answer;
        } catch (CompletionException e) {
            throw e.getCause() instanceof KubernetesClientException refused ? refused : e;
        }
    }

    /** Somebody wrote at the same time, or the name has a new machine: the newest is looked at. */
    private Optional<VirtualMachine> again(VirtualMachine vm) {
        migrations.of(vm).forEach(migrations::again);
        return Optional.ofNullable(machines.get(vm))
                .filter(now ->
                        now.getMetadata().getUid().equals(vm.getMetadata().getUid()))
                .map(this::remembered);
    }

    private VirtualMachine remembered(VirtualMachine answer) {
        latest.remember(answer);
        return answer;
    }

    private long millisUntil(Instant until) {
        return Math.max(1, Duration.between(clock.instant(), until).toMillis());
    }

    private Reservations reservations() {
        return Objects.requireNonNull(reservations, "event sources are prepared before anything is reconciled");
    }

    private static void tell(VirtualMachine vm, String message) {
        LOG.atInfo()
                .addKeyValue("namespace", vm.getMetadata().getNamespace())
                .addKeyValue("name", vm.getMetadata().getName())
                .addKeyValue("node", nodes(vm))
                .log(message);
    }

    /** What happened before the sources run is seen when they begin. */
    private static void wake(
            IndexerResourceCache<VirtualMachine> cache, SimpleInboundEventSource<VirtualMachine> agents, String node) {
        if (agents.isRunning()) {
            cache.byIndex(BY_NODE, node).forEach(vm -> agents.propagateEvent(ResourceID.fromResource(vm)));
        }
    }

    private static void wake(
            IndexerResourceCache<VirtualMachine> cache, SimpleInboundEventSource<VirtualMachine> finds, ResourceID id) {
        if (finds.isRunning() && cache.get(id).isPresent()) {
            finds.propagateEvent(id);
        }
    }

    /** Those without a reservation that is bound, and those that migrate: a node of another kind may be the one. */
    private static List<String> seeking(VirtualMachine vm) {
        var status = vm.getStatus();
        var isBound = status != null
                && status.reservation() != null
                && status.reservation().nodeName() != null
                && !"Migrating".equals(status.printableStatus());
        return isBound ? List.of() : List.of(SEEKING);
    }

    /** Such of them as are to have room on a node that they name. */
    private static List<String> naming(VirtualMachine vm) {
        var node = vm.getSpec().nodeName();
        return node == null || seeking(vm).isEmpty() ? List.of() : List.of(node);
    }

    private static List<String> nodes(VirtualMachine vm) {
        var status = vm.getStatus();
        return status == null || status.nodeName() == null ? List.of() : List.of(status.nodeName());
    }
}
