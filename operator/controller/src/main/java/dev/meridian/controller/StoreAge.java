package dev.meridian.controller;

import dev.meridian.api.v1alpha1.Meridian;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out that the API server's store was replaced by an earlier copy: the leader's Lease, which this process renews,
 * is older than it was, or gone. A watch does not show it: it is silent until the versions have caught up.
 */
final class StoreAge implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StoreAge.class);
    private static final long CHECK_SECONDS = 5;

    private final Runnable wentBack;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("store-age").factory());
    private long newest;

    StoreAge(Runnable wentBack) {
        this.wentBack = wentBack;
    }

    void start(KubernetesClient client) {
        var _ = timer.scheduleWithFixedDelay(() -> look(client), CHECK_SECONDS, CHECK_SECONDS, TimeUnit.SECONDS);
    }

    void seen(@Nullable Lease lease) {
        var version = lease == null ? 0 : Long.parseLong(lease.getMetadata().getResourceVersion());
        if (version < newest) {
            wentBack.run();
        }
        newest = Math.max(newest, version);
    }

    private void look(KubernetesClient client) {
        try {
            seen(client.leases()
                    .inNamespace(Meridian.SYSTEM_NAMESPACE)
                    .withName(Meridian.CONTROLLER)
                    .get());
        } catch (KubernetesClientException e) {
            LOG.atDebug().setCause(e).log("The API server does not answer");
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
