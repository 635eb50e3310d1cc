package dev.meridian.controller;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaderElectionRecord;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.Lock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The lock of an election that knows until when it is held beyond doubt. */
final class RenewedLease implements Lock {
    private final Lock lease;
    private final Duration lasts;
    private volatile @Nullable Long renewedAtNanos;

    /** @param lasts after a renewal, counted from before it was sent */
    RenewedLease(Lock lease, Duration lasts) {
        this.lease = lease;
        this.lasts = lasts;
    }

    boolean isHeld() {
        var renewed = renewedAtNanos;
        return renewed != null && System.nanoTime() - renewed < lasts.toNanos();
    }

    @Override
    public @Nullable LeaderElectionRecord get(KubernetesClient client) {
        return lease.get(client);
    }

    @Override
    public void create(KubernetesClient client, LeaderElectionRecord wanted) {
        var begun = System.nanoTime();
        lease.create(client, wanted);
        renewed(wanted, begun);
    }

    @Override
    public void update(KubernetesClient client, LeaderElectionRecord wanted) {
        var begun = System.nanoTime();
        lease.update(client, wanted);
        renewed(wanted, begun);
    }

    @Override
    public String identity() {
        return lease.identity();
    }

    @Override
    public String describe() {
        return lease.describe();
    }

    /** What is given up names nobody. */
    private void renewed(LeaderElectionRecord written, long at) {
        renewedAtNanos = identity().equals(written.getHolderIdentity()) ? Long.valueOf(at) : null;
    }
}
