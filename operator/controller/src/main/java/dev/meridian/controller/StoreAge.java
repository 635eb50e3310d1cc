package dev.meridian.controller;

import dev.meridian.api.v1alpha1.Meridian;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out that the API server's store was replaced by an earlier copy: a Lease that nobody else writes is older than
 * this process wrote it, or gone. A watch does not show it, for it is silent until the versions have caught up, and
 * neither does the Lease of the election, which has caught up at once.
 */
final class StoreAge implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StoreAge.class);
    private static final String NAME = Meridian.CONTROLLER + "-store";
    private static final long CHECK_SECONDS = 5;

    private final String identity;
    private final InstantSource clock;
    private final Runnable wentBack;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("store-age").factory());
    private long written;

    StoreAge(String identity, InstantSource clock, Runnable wentBack) {
        this.identity = identity;
        this.clock = clock;
        this.wentBack = wentBack;
    }

    void start(KubernetesClient client) {
        var _ = timer.scheduleWithFixedDelay(() -> look(client), 0, CHECK_SECONDS, TimeUnit.SECONDS);
    }

    boolean isOlder(@Nullable Lease found) {
        return version(found) < written;
    }

    void written(Lease lease) {
        written = version(lease);
    }

    private void look(KubernetesClient client) {
        try {
            var leases = client.leases().inNamespace(Meridian.SYSTEM_NAMESPACE);
            var found = leases.withName(NAME).get();
            if (isOlder(found)) {
                wentBack.run();
                return;
            }
            var next = leases.resource(renewed(found));
            written(found == null ? next.create() : next.update());
        } catch (KubernetesClientException e) {
            LOG.atDebug().setCause(e).log("The API server was not asked for the age of its store");
        }
    }

    private Lease renewed(@Nullable Lease found) {
        var lease = found == null
                ? new LeaseBuilder()
                        .withNewMetadata()
                        .withName(NAME)
                        .withNamespace(Meridian.SYSTEM_NAMESPACE)
                        .endMetadata()
                : new LeaseBuilder(found);
        return lease.editOrNewSpec()
                .withHolderIdentity(identity)
                .withRenewTime(ZonedDateTime.ofInstant(clock.instant(), ZoneOffset.UTC))
                .endSpec()
                .build();
    }

    private static long version(@Nullable Lease lease) {
        return lease == null ? 0 : Long.parseLong(lease.getMetadata().getResourceVersion());
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
