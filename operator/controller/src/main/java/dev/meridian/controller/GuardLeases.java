package dev.meridian.controller;

import dev.meridian.api.v1alpha1.VirtualMachine;
import dev.meridian.domain.effect.EffectWatch;
import dev.meridian.domain.fence.FencedMachines;
import dev.meridian.domain.fence.GuardLease;
import dev.meridian.domain.fence.GuardLease.Holder;
import dev.meridian.domain.fence.GuardPlanner;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the Leases of nodes' guards that are over, so that their machines may start elsewhere, and gives them back. When,
 * {@link GuardPlanner} decides. Listeners hear of a node whose Lease was taken.
 */
final class GuardLeases implements ResourceEventHandler<Lease>, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GuardLeases.class);
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    /** Of a Lease that does not say it; far longer than guards' are. */
    private static final Duration LONG = Duration.ofMinutes(10);

    /** @param atNanos when this process saw it become as it is, by a clock that nobody sets */
    private record Seen(Lease lease, GuardLease guard, long atNanos) {
        static Seen now(Lease lease) {
            return new Seen(lease, GuardLease.of(lease, LONG), System.nanoTime());
        }

        Duration unchangedFor() {
            return Duration.ofNanos(System.nanoTime() - atNanos);
        }

        boolean is(Lease other) {
            return lease.getMetadata()
                    .getResourceVersion()
                    .equals(other.getMetadata().getResourceVersion());
        }
    }

    private final KubernetesClient client;
    private final AgentLeases agents;
    private final Leadership leadership;
    private final Function<String, Stream<VirtualMachine>> machines;
    private final EffectWatch watch;
    private final InstantSource clock;
    private final ConcurrentMap<String, Seen> seen = new ConcurrentHashMap<>();
    private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("guard-leases").factory());

    /** @param machines of a node, as far as they are known */
    GuardLeases(
            KubernetesClient client,
            AgentLeases agents,
            Leadership leadership,
            Function<String, Stream<VirtualMachine>> machines,
            EffectWatch watch,
            InstantSource clock) {
        this.client = client;
        this.agents = agents;
        this.leadership = leadership;
        this.machines = machines;
        this.watch = watch;
        this.clock = clock;
    }

    void listen(Consumer<String> listener) {
        listeners.add(listener);
    }

    /** Once the machines are known: what none of them is any more is given up. Goes on with what another process has begun. */
    void start(SystemLeases leases) {
        leases.listen(this);
        seen.forEach((node, one) -> {
            if (one.guard().holder() instanceof Holder.Controller) {
                tell(node);
            }
        });
        var _ = timer.scheduleWithFixedDelay(
                this::lookAtAll, LOOK_AGAIN.toMillis(), LOOK_AGAIN.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Whether the machine's guest on that node is dead for sure, and is not begun there before the machine was given up. */
    boolean isOver(String node, UUID machine) {
        return Optional.ofNullable(seen.get(node))
                .map(Seen::guard)
                .filter(guard -> guard.holder() instanceof Holder.Controller
                        && guard.guarded().contains(machine))
                .isPresent();
    }

    /** By node, whether its guard renews its Lease; of none that has let all go. */
    Map<String, Boolean> alive() {
        var alive = new TreeMap<String, Boolean>();
        seen.forEach((node, one) -> {
            switch (one.guard().holder()) {
                case Holder.Nobody() -> {}
                case Holder.Guard _ ->
                    alive.put(node, one.unchangedFor().compareTo(one.guard().lasts()) < 0);
                case Holder.Controller() -> alive.put(node, false);
            }
        });
        return alive;
    }

    @Override
    public void onAdd(Lease lease) {
        GuardLease.node(lease)
                .ifPresent(node -> seen.compute(
                        node, (_, before) -> before != null && before.is(lease) ? before : Seen.now(lease)));
    }

    @Override
    public void onUpdate(Lease before, Lease lease) {
        onAdd(lease);
    }

    /** Nothing is known of its guests then. */
    @Override
    public void onDelete(Lease lease, boolean finalStateUnknown) {
        GuardLease.node(lease).ifPresent(seen::remove);
    }

    private void lookAtAll() {
        seen.forEach((node, one) -> {
            try {
                look(node, one);
            } catch (RuntimeException e) {
                // It would be the last look at any node.
                LOG.atError().addKeyValue("node", node).setCause(e).log("The Lease of a guard was not looked at");
            }
        });
    }

    private void look(String node, Seen one) {
        var held = machines.apply(node)
                .filter(vm -> one.guard()
                        .guarded()
                        .contains(UUID.fromString(vm.getMetadata().getUid())))
                .filter(vm -> !isGivenUp(vm, node))
                .toList();
        var view = new GuardPlanner.View(
                one.guard(),
                one.unchangedFor(),
                agents.isAlive(node),
                one.guard().holder() instanceof Holder.Controller
                        ? held.isEmpty()
                        : held.stream().noneMatch(FencedMachines::gains));
        switch (GuardPlanner.next(view)) {
            case Rest -> {}
            case Take -> {
                if (write(
                        node,
                        one,
                        "TakeGuard",
                        one.guard().with(new Holder.Controller(), one.guard().guarded()))) {
                    LOG.atWarn()
                            .addKeyValue("node", node)
                            .addKeyValue("machines", held.size())
                            .log("The guard of a node was not heard of in time: what it held is dead");
                    tell(node);
                }
            }
            case Release -> {
                if (write(node, one, "ReleaseGuard", one.guard().with(new Holder.Nobody(), Set.of()))) {
                    LOG.atInfo().addKeyValue("node", node).log("The node's guard may begin anew");
                }
            }
        }
    }

    private void tell(String node) {
        listeners.forEach(listener -> listener.accept(node));
    }

    private static boolean isGivenUp(VirtualMachine vm, String node) {
        var status = vm.getStatus();
        return status != null
                && status.fencedNodes().stream()
                        .anyMatch(fenced -> fenced.nodeName().equals(node));
    }

    /** By the version that was seen: who was quicker has the Lease, and is seen next. */
    private boolean write(String node, Seen one, String effect, GuardLease now) {
        watch.before(effect);
        if (!leadership.isHeld()) {
            return false;
        }
        try {
            var written =
                    client.resource(now.over(one.lease(), clock.instant())).update();
            seen.replace(node, one, Seen.now(written));
            watch.after(effect);
            return true;
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT && e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
                LOG.atWarn().addKeyValue("node", node).log("The Lease of a guard was not written: {}", e.getMessage());
            }
            return false;
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
