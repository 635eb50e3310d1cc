package dev.meridian.controller;

import dev.meridian.api.v1alpha1.Fencing;
import dev.meridian.api.v1alpha1.FencingSpec;
import dev.meridian.api.v1alpha1.Hypervisor;
import dev.meridian.api.v1alpha1.HypervisorSpec;
import dev.meridian.api.v1alpha1.HypervisorStatus;
import dev.meridian.domain.effect.EffectWatch;
import dev.meridian.domain.fence.FencePlanner;
import dev.meridian.domain.fence.FenceProgress;
import dev.meridian.domain.fence.FenceStep;
import dev.meridian.domain.fence.FenceView;
import dev.meridian.domain.placement.NodeMarks;
import dev.meridian.domain.status.MachineEvents.MachineEvent;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has nodes powered off that are not heard of. When, {@link FencePlanner} decides. */
final class PowerFencing implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PowerFencing.class);

    private final KubernetesClient client;
    private final FenceDriver redfish;
    private final FenceDriver job;
    private final AgentLeases leases;
    private final Leadership leadership;
    private final Predicate<String> hasMachinesThatGain;
    private final FencingStatus status;
    private final PlacementEvents events;
    private final FencingCounts counts;
    private final EffectWatch watch;
    private final InstantSource clock;
    private final ConcurrentMap<String, FenceProgress> progress = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, Instant> unready = new ConcurrentHashMap<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final ExecutorService executor = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("fencing-", 0).factory());

    PowerFencing(
            KubernetesClient client,
            AgentLeases leases,
            Leadership leadership,
            Predicate<String> hasMachinesThatGain,
            FencingStatus status,
            PlacementEvents events,
            FencingCounts counts,
            EffectWatch watch,
            InstantSource clock) {
        this.client = client;
        this.redfish = new RedfishDriver(client, watch, clock);
        this.job = new JobDriver(client, watch, clock);
        this.leases = leases;
        this.leadership = leadership;
        this.hasMachinesThatGain = hasMachinesThatGain;
        this.status = status;
        this.events = events;
        this.counts = counts;
        this.watch = watch;
        this.clock = clock;
    }

    /**
     * Does what is next.
     *
     * @param known how the other nodes' agents are
     * @return when to look again, if not only when something is heard
     */
    Optional<Duration> look(Node node, NodeMarks marks, Hypervisor hypervisor, Census known) {
        var name = node.getMetadata().getName();
        if (NodeMarks.isUnready(node)) {
            unready.putIfAbsent(name, clock.instant());
        } else {
            unready.remove(name);
        }
        var told = marks.fencing().filter(said -> said.driver() != null);
        var step = FencePlanner.next(view(name, marks, hypervisor, told, known));
        if (leases.isAlive(name) && !isTrying(name)) {
            progress.remove(name);
        }
        return switch (step) {
            case FenceStep.Rest() -> Optional.empty();
            case FenceStep.Wait(var until) -> {
                var left = Duration.between(clock.instant(), until);
                yield Optional.of(left.isPositive() ? left : Duration.ofMillis(1));
            }
            case FenceStep.Tell(var fencing) -> {
                tell(hypervisor, told, fencing);
                yield Optional.of(Duration.ofMillis(1));
            }
            case FenceStep.Begin(var fencing) -> {
                watch.around("BeginFencing", () -> tell(hypervisor, told, Optional.of(fencing)));
                begin(hypervisor, Objects.requireNonNull(fencing.driver()));
                yield Optional.of(Duration.ofMillis(1));
            }
        };
    }

    /** How many agents are not heard of, of how many. */
    record Census(int silent, int known) {}

    private FenceView view(String name, NodeMarks marks, Hypervisor hypervisor, Optional<Fencing> told, Census known) {
        var soFar = of(name);
        return new FenceView(
                wanted(hypervisor),
                hypervisor.getMetadata().getGeneration(),
                told,
                marks.word().isPresent(),
                leases.isAlive(name),
                leases.silentSince(name),
                Optional.ofNullable(unready.get(name)),
                soFar instanceof FenceProgress.Proven proven && leases.wasRenewedSince(name, proven.askedAt()),
                hasMachinesThatGain.test(name),
                known.silent(),
                known.known(),
                soFar,
                clock.instant());
    }

    private void tell(Hypervisor hypervisor, Optional<Fencing> before, Optional<Fencing> fencing) {
        var name = hypervisor.getMetadata().getName();
        if (fencing.isEmpty() && !isTrying(name)) {
            before.map(Fencing::driver).map(this::driver).ifPresent(driver -> driver.abandon(name));
        }
        watch.around("TellFencing", () -> status.write(name, fencing.orElse(null)));
        LOG.atWarn()
                .addKeyValue("node", name)
                .addKeyValue(
                        "fencing", fencing.map(Fencing::state).map(Enum::name).orElse("none"))
                .addKeyValue("message", fencing.map(Fencing::message).orElse(""))
                .log("What is known of powering a node off has changed");
        fencing.map(said -> event(name, said)).ifPresent(event -> events.write(hypervisor, "Fencing", event));
    }

    private static MachineEvent event(String node, Fencing said) {
        var message = said.message() == null
                ? "node \"%s\" is not heard of, and is being powered off by %s".formatted(node, said.by())
                : said.message();
        return new MachineEvent(true, reason(said.state()), message);
    }

    private static String reason(Fencing.State state) {
        return switch (state) {
            case Fenced -> "Fenced";
            case Refuted -> "FencingRefuted";
            case Held -> "FencingHeld";
            case Fencing -> "FencingBegun";
            case Failed -> "FencingFailed";
        };
    }

    private void begin(Hypervisor hypervisor, Fencing.Driver driver) {
        var name = hypervisor.getMetadata().getName();
        var order = new FenceOrder(
                name,
                wanted(hypervisor).orElseThrow(),
                Optional.ofNullable(hypervisor.getStatus()).map(HypervisorStatus::hostUUID),
                () -> isStillGone(name),
                closed);
        var before = of(name);
        progress.put(name, FenceProgress.TRYING);
        counts.begun.increment();
        executor.execute(() -> progress.put(
                name,
                attempt(driver(driver), order, before, hypervisor.getMetadata().getGeneration())));
    }

    private FenceProgress attempt(FenceDriver driver, FenceOrder order, FenceProgress before, long generation) {
        try {
            var outcome = driver.powerOff(order);
            if (outcome instanceof FenceProgress.Proven) {
                counts.succeeded.increment();
            }
            return outcome;
        } catch (FenceFailed e) {
            return failed(order, before, e.told(), generation, e);
        } catch (KubernetesClientException e) {
            return failed(order, before, "the API server did not do its part: " + e.getMessage(), generation, e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return FenceProgress.NONE;
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).addKeyValue("node", order.node()).log("Powering a node off failed by a bug");
            return failed(order, before, "a bug of the controller's, which is in its log", generation, e);
        }
    }

    private FenceProgress failed(
            FenceOrder order, FenceProgress before, String message, long generation, Exception cause) {
        counts.failed.increment();
        LOG.atDebug().setCause(cause).addKeyValue("node", order.node()).log("A node was not seen to be off");
        return FenceProgress.failed(before, message, clock.instant(), generation);
    }

    private boolean isStillGone(String name) {
        var node = client.nodes().withName(name).get();
        return node != null && NodeMarks.isUnready(node) && leases.isStillSilent(client, name) && leadership.isHeld();
    }

    private FenceDriver driver(Fencing.Driver driver) {
        return switch (driver) {
            case Redfish -> redfish;
            case Job -> job;
        };
    }

    private boolean isTrying(String node) {
        return of(node) instanceof FenceProgress.Trying;
    }

    private FenceProgress of(String node) {
        return progress.getOrDefault(node, FenceProgress.NONE);
    }

    private static Optional<FencingSpec> wanted(Hypervisor hypervisor) {
        return Optional.ofNullable(hypervisor.getSpec()).map(HypervisorSpec::fencing);
    }

    @Override
    public void close() {
        closed.countDown();
        executor.shutdownNow();
    }
}
