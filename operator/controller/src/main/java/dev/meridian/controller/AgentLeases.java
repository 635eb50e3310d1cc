package dev.meridian.controller;

import dev.meridian.api.v1alpha1.Meridian;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseSpec;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Which nodes' agents are alive, by their Leases. A renewal counts from when it is seen here, so that clocks need not
 * agree. Listeners hear of a node when its agent is lost or heard of again, never of a mere renewal.
 */
final class AgentLeases implements ResourceEventHandler<Lease>, AutoCloseable {
    private static final String PREFIX = Meridian.AGENT + "-";
    private static final Duration DEFAULT_DURATION = Duration.ofSeconds(40);
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final long CHECK_MILLIS = 500;

    private record Beat(Instant heardAt, Duration lasts, boolean isLost, LeaseSpec lease) {
        boolean isOver(Instant now) {
            return end().isBefore(now);
        }

        Instant end() {
            return heardAt.plus(lasts);
        }

        Beat lost() {
            return new Beat(heardAt, lasts, true, lease);
        }
    }

    private final InstantSource clock;
    private final ConcurrentMap<String, Beat> beats = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, Instant> renewals = new ConcurrentHashMap<>();
    private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("agent-leases").factory());
    private volatile @Nullable Future<?> expiry;

    AgentLeases(InstantSource clock) {
        this.clock = clock;
    }

    void listen(Consumer<String> listener) {
        listeners.add(listener);
    }

    /** Returns when those that there are have been heard. */
    void start(SystemLeases leases) {
        leases.listen(this);
        expiry = timer.scheduleWithFixedDelay(this::expire, CHECK_MILLIS, CHECK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Whether a renewal of the agent's Lease was seen since then, and not merely the Lease. */
    boolean wasRenewedSince(String node, Instant then) {
        return renewals.getOrDefault(node, Instant.MIN).isAfter(then);
    }

    /** Whether the node's agent was heard of within the time that its Lease states. */
    boolean isAlive(String node) {
        var beat = beats.get(node);
        return beat != null && !beat.isLost();
    }

    /** By node, of each that has a Lease. */
    Map<String, Boolean> alive() {
        var alive = new TreeMap<String, Boolean>();
        beats.forEach((node, beat) -> alive.put(node, !beat.isLost()));
        return alive;
    }

    /** Since when the Lease of an agent that is not alive is expired; empty too if there is none. */
    Optional<Instant> silentSince(String node) {
        return Optional.ofNullable(beats.get(node)).filter(Beat::isLost).map(Beat::end);
    }

    /** As its agent wrote it, by its own clock: only good to be compared with itself. */
    Optional<String> lastRenewal(String node) {
        return Optional.ofNullable(beats.get(node))
                .map(Beat::lease)
                .map(LeaseSpec::getRenewTime)
                .map(renewed -> renewed.toInstant().toString());
    }

    /** Whether the node's agent has a Lease. */
    boolean isKnown(String node) {
        return beats.containsKey(node);
    }

    /** Whether the API server has nothing newer of the agent than what is known here. */
    boolean isStillSilent(KubernetesClient client, String node) {
        var lease = client.resources(Lease.class)
                .inNamespace(Meridian.SYSTEM_NAMESPACE)
                .withName(PREFIX + node)
                .get();
        var beat = beats.get(node);
        return lease != null && beat != null && beat.isLost() && beat.lease().equals(lease.getSpec());
    }

    @Override
    public void onAdd(Lease lease) {
        if (!beats.containsKey(node(lease))) {
            heard(lease);
        }
    }

    @Override
    public void onUpdate(Lease before, Lease lease) {
        if (!lease.getSpec().equals(before.getSpec())) {
            renewals.put(node(lease), clock.instant());
            heard(lease);
        }
    }

    @Override
    public void onDelete(Lease lease, boolean finalStateUnknown) {
        var node = node(lease);
        if (beats.remove(node) != null) {
            tell(node);
        }
    }

    @Override
    public void close() {
        var checks = expiry;
        if (checks != null) {
            checks.cancel(false);
        }
        timer.shutdownNow();
    }

    private void heard(Lease lease) {
        if (!lease.getMetadata().getName().startsWith(PREFIX)) {
            return;
        }
        var node = node(lease);
        var seconds = lease.getSpec().getLeaseDurationSeconds();
        var lasts = seconds == null ? DEFAULT_DURATION : Duration.ofSeconds(seconds);
        var before = beats.get(node);
        beats.put(node, new Beat(clock.instant(), lasts, before == null && isLongOver(lease), lease.getSpec()));
        if (before == null || before.isLost()) {
            tell(node);
        }
    }

    private void expire() {
        var now = clock.instant();
        beats.forEach((node, beat) -> {
            if (!beat.isLost() && beat.isOver(now) && beats.replace(node, beat, beat.lost())) {
                tell(node);
            }
        });
    }

    private void tell(String node) {
        listeners.forEach(listener -> listener.accept(node));
    }

    /** What was given up long before this process began is not given another chance. */
    private boolean isLongOver(Lease lease) {
        var renewed = lease.getSpec().getRenewTime();
        return renewed != null && renewed.toInstant().plus(LONG).isBefore(clock.instant());
    }

    private static String node(Lease lease) {
        var name = lease.getMetadata().getName();
        return name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : name;
    }
}
