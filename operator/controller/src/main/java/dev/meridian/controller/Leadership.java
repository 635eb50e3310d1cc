package dev.meridian.controller;

import dev.meridian.api.v1alpha1.Meridian;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfigBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectorBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** The Lease that at most one controller holds. Released when closed, so that the next one need not wait. */
final class Leadership implements AutoCloseable {
    private static final Duration RETRY = Duration.ofSeconds(2);

    static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    private final KubernetesClient client;
    private final ControllerOptions options;
    private final RenewedLease lease;
    private final ExecutorService executor = Executors.newCachedThreadPool(
            Thread.ofPlatform().daemon().name("election-", 0).factory());
    private volatile @Nullable CompletableFuture<?> election;
    private volatile @Nullable String leader;
    private volatile boolean isLeaving;

    Leadership(KubernetesClient client, ControllerOptions options) {
        this.client = client;
        this.options = options;
        this.lease = new RenewedLease(
                new LeaseLock(Meridian.SYSTEM_NAMESPACE, Meridian.CONTROLLER, options.identity()),
                renewDeadline(options));
    }

    void seek(Runnable onGained, Runnable onLost) {
        var config = new LeaderElectionConfigBuilder()
                .withName(Meridian.CONTROLLER)
                .withLock(lease)
                .withLeaseDuration(options.leaseDuration())
                .withRenewDeadline(renewDeadline(options))
                .withRetryPeriod(RETRY)
                .withReleaseOnCancel(true)
                .withLeaderCallbacks(new LeaderCallbacks(onGained, onLost, identity -> leader = identity))
                .build();
        election = new LeaderElectorBuilder(client, executor)
                .withConfig(config)
                .build()
                .start();
    }

    /**
     * Whether no other process can lead: what is written must not be written otherwise. A process that was paused
     * goes on within its steps, before its election finds that the lead is lost. Where the Lease was only renewed late,
     * it is held again within moments: what was left undone is looked at after {@link #LOOK_AGAIN}. Not in a process that
     * ends.
     */
    boolean isHeld() {
        return !isLeaving && lease.isHeld();
    }

    /** Nothing is begun any more. What was, such as to tell of what is written, may end before this is closed. */
    void leave() {
        isLeaving = true;
    }

    private static Duration renewDeadline(ControllerOptions options) {
        return options.leaseDuration().multipliedBy(2).dividedBy(3);
    }

    boolean isOurs() {
        return options.identity().equals(leader);
    }

    boolean isAnothers() {
        var known = leader;
        return known != null && !known.isEmpty() && !isOurs();
    }

    @Override
    public void close() {
        var running = election;
        if (running != null) {
            running.cancel(true);
        }
        executor.shutdown();
    }
}
