package dev.meridian.agent;

import dev.meridian.api.v1alpha1.Meridian;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Lease by which the controller knows that the node's agent is alive, and the agent that the API server's store is
 * still the one it knew. An API server whose store was replaced by an earlier copy has an older Lease, or none. What it
 * says of machines may be long over then: one that this node is to begin with may run on another.
 */
final class AgentLease implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AgentLease.class);
    static final Duration DURATION = Duration.ofSeconds(40);
    private static final Duration RENEWAL = Duration.ofSeconds(10);

    /** Within it every agent has noticed, and has reported what it has and should not. */
    private static final Duration DOUBT = Duration.ofSeconds(60);

    /** Replacing a store takes longer. */
    private static final Duration FRESH = Duration.ofSeconds(1);

    /** Who wants to know. */
    interface Listener {
        /** The store was replaced: what this process remembers is of a time that the API server has not seen. */
        void lost();

        /** The doubt that an earlier process left is over. */
        void regained();
    }

    private final KubernetesClient client;
    private final String name;
    private final String holder;
    private final LastLease last;
    private final InstantSource clock;
    private final Listener listener;
    private volatile @Nullable Lease ours;
    private volatile Instant doubtedUntil = Instant.MIN;
    private volatile Instant checkedAt = Instant.MIN;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread renewals = Thread.ofPlatform().daemon().name("lease").unstarted(this::run);

    /** @param holder what tells this host from every other */
    AgentLease(
            KubernetesClient client,
            String nodeName,
            String holder,
            LastLease last,
            InstantSource clock,
            Listener listener) {
        this.client = client;
        this.name = Meridian.AGENT + "-" + nodeName;
        this.holder = holder;
        this.last = last;
        this.clock = clock;
        this.listener = listener;
    }

    /** @throws IllegalStateException while another host holds the Lease of the node's name */
    void begin() {
        var held = find();
        if (held.isOlder()) {
            doubtedUntil = clock.instant().plus(DOUBT);
            LOG.atWarn()
                    .addKeyValue("lease", name)
                    .log(
                            "the API server's store was replaced by an earlier copy; no machine is begun here until {}",
                            doubtedUntil);
        }
        renew(held.lease());
    }

    /** Once it has begun. */
    void start() {
        renewals.start();
    }

    /**
     * Whether the API server is believed when it gives the node a machine of which the node has nothing. Asks it, unless
     * it was asked a moment ago.
     */
    boolean isBelieved() {
        if (clock.instant().isBefore(doubtedUntil)) {
            return false;
        }
        return clock.instant().isBefore(checkedAt.plus(FRESH)) || isTheOneWeKnew(find());
    }

    Instant doubtedUntil() {
        return doubtedUntil;
    }

    private boolean isTheOneWeKnew(LastLease.Answer held) {
        if (held.isOlder()) {
            doubtedUntil = Instant.MAX;
            listener.lost();
            return false;
        }
        checkedAt = clock.instant();
        return true;
    }

    private LastLease.Answer find() {
        return last.ask(() -> client.leases()
                .inNamespace(Meridian.SYSTEM_NAMESPACE)
                .withName(name)
                .get());
    }

    private void run() {
        try {
            var wasDoubted = clock.instant().isBefore(doubtedUntil);
            while (!closed.await(RENEWAL.toMillis(), TimeUnit.MILLISECONDS)) {
                renewOrLog();
                var isDoubted = clock.instant().isBefore(doubtedUntil);
                if (wasDoubted && !isDoubted) {
                    listener.regained();
                }
                wasDoubted = isDoubted;
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void renewOrLog() {
        try {
            if (!wasRenewedAsItWas()) {
                // Not the first renewal: an older Lease that was there before us is known and doubted already.
                var held = find();
                if (isTheOneWeKnew(held)) {
                    renew(held.lease());
                }
            }
        } catch (KubernetesClientException | IllegalStateException e) {
            LOG.atWarn().addKeyValue("lease", name).log("the Lease was not renewed: {}", e.getMessage());
        } catch (RuntimeException e) {
            // Nobody but this thread would renew it again.
            LOG.atError().addKeyValue("lease", name).setCause(e).log("the Lease was not renewed");
        }
    }

    /** A write by the version that we wrote last: a store that has another Lease, or none, refuses it. */
    private boolean wasRenewedAsItWas() {
        var before = ours;
        if (before == null) {
            return false;
        }
        try {
            write(leases -> leases.resource(renewed(before, clock.instant())).update());
            checkedAt = clock.instant();
            return true;
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT && e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
                throw e;
            }
            return false;
        }
    }

    private void renew(@Nullable Lease held) {
        var now = clock.instant();
        if (held == null) {
            var made = new LeaseBuilder()
                    .withNewMetadata()
                    .withName(name)
                    .withNamespace(Meridian.SYSTEM_NAMESPACE)
                    .endMetadata()
                    .build();
            write(leases -> leases.resource(renewed(made, now)).create());
            return;
        }
        if (isHeldByAnother(held, now)) {
            throw new IllegalStateException("Lease " + name + " is held by host "
                    + held.getSpec().getHolderIdentity() + "; two hosts must not serve one node");
        }
        write(leases -> leases.resource(renewed(held, now)).update());
    }

    private void write(Function<NonNamespaceOperation<Lease, LeaseList, Resource<Lease>>, Lease> written) {
        var answer = written.apply(client.leases().inNamespace(Meridian.SYSTEM_NAMESPACE));
        last.written(answer.getMetadata().getResourceVersion());
        ours = answer;
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
