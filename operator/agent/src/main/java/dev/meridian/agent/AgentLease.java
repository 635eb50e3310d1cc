package dev.meridian.agent;

import dev.meridian.api.v1alpha1.Meridian;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The Lease by which the controller knows that the node's agent is alive. */
final class AgentLease implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AgentLease.class);
    static final Duration DURATION = Duration.ofSeconds(40);
    private static final Duration RENEWAL = Duration.ofSeconds(10);

    private final KubernetesClient client;
    private final String name;
    private final String holder;
    private final InstantSource clock;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread renewals = Thread.ofPlatform().daemon().name("lease").unstarted(this::run);

    /** @param holder what tells this host from every other */
    AgentLease(KubernetesClient client, String nodeName, String holder, InstantSource clock) {
        this.client = client;
        this.name = Meridian.AGENT + "-" + nodeName;
        this.holder = holder;
        this.clock = clock;
    }

    /** @throws IllegalStateException while another host holds the Lease of the node's name */
    void start() {
        renew();
        renewals.start();
    }

    private void run() {
        try {
            while (!closed.await(RENEWAL.toMillis(), TimeUnit.MILLISECONDS)) {
                renewOrLog();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void renewOrLog() {
        try {
            renew();
        } catch (KubernetesClientException | IllegalStateException e) {
            LOG.atWarn().addKeyValue("lease", name).log("the Lease was not renewed: {}", e.getMessage());
        }
    }

    private void renew() {
        var leases = client.leases().inNamespace(Meridian.SYSTEM_NAMESPACE);
        Lease held = leases.withName(name).get();
        var now = clock.instant();
        if (held == null) {
            leases.resource(renewed(
                            new LeaseBuilder()
                                    .withNewMetadata()
                                    .withName(name)
                                    .withNamespace(Meridian.SYSTEM_NAMESPACE)
                                    .endMetadata()
                                    .build(),
                            now))
                    .create();
            return;
        }
        if (isHeldByAnother(held, now)) {
            throw new IllegalStateException("Lease " + name + " is held by host "
                    + held.getSpec().getHolderIdentity() + "; two hosts must not serve one node");
        }
        leases.resource(renewed(held, now)).update();
    }

    private boolean isHeldByAnother(Lease lease, Instant now) {
        var spec = lease.getSpec();
        return spec != null
                && spec.getHolderIdentity() != null
                && !spec.getHolderIdentity().equals(holder)
                && spec.getRenewTime() != null
                && spec.getRenewTime().toInstant().plus(DURATION).isAfter(now);
    }

    private Lease renewed(Lease lease, Instant now) {
        return new LeaseBuilder(lease)
                .editOrNewSpec()
                .withHolderIdentity(holder)
                .withLeaseDurationSeconds((int) DURATION.toSeconds())
                .withRenewTime(ZonedDateTime.ofInstant(now, ZoneOffset.UTC))
                .endSpec()
                .build();
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
