package dev.meridian.guard;

import dev.meridian.api.v1alpha1.Meridian;
import dev.meridian.domain.fence.GuardLease;
import dev.meridian.domain.fence.GuardLease.Holder;
import dev.meridian.libvirt.DeadMansSwitch;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the Lease of the node's guard, renews it with the names of what is held, and gives it back.
 *
 * <p>Each write names the version that it goes by. So either this process learns that the controller has the Lease, and
 * ends with all that it holds, or the controller learns that it was renewed.
 */
final class LeaseKeeper {
    private static final Logger LOG = LoggerFactory.getLogger(LeaseKeeper.class);
    private static final Duration TRIED_AGAIN = Duration.ofSeconds(1);
    private static final int RENEWALS = 5;

    private final KubernetesClient client;
    private final String node;
    private final String life = UUID.randomUUID().toString();
    private final HeldGuests guests;
    private final Duration lasts;
    private final InstantSource clock;
    private final Runnable lost;
    private final BlockingQueue<Boolean> wakes = new ArrayBlockingQueue<>(1);
    private final CountDownLatch left = new CountDownLatch(1);
    private final Thread thread =
            Thread.ofPlatform().daemon().name("guard-lease").unstarted(this::run);
    private volatile boolean isLeaving;
    private @Nullable Lease mine;
    private String trouble = "";

    /**
     * Of a Lease that is not taken yet.
     *
     * @param lost when another has the Lease: the process must end then, at once
     */
    LeaseKeeper(
            KubernetesClient client,
            String node,
            HeldGuests guests,
            Duration lasts,
            InstantSource clock,
            Runnable lost) {
        this.client = client;
        this.node = node;
        this.guests = guests;
        this.lasts = lasts;
        this.clock = clock;
        this.lost = lost;
    }

    void start() {
        thread.start();
    }

    /** No other process of a guard has it. */
    String life() {
        return life;
    }

    /** What is held has changed: the Lease is to say so. */
    void poke() {
        wakes.offer(true);
    }

    /** Gives the Lease back, which names nobody then. Waits as long as the API server does not hear of it. */
    void leave() throws InterruptedException {
        isLeaving = true;
        poke();
        left.await();
    }

    private void run() {
        try {
            while (left.getCount() > 0) {
                var isDone = stepOrLog();
                wakes.poll((isDone ? lasts.dividedBy(RENEWALS) : TRIED_AGAIN).toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** @return whether the Lease was written */
    private boolean stepOrLog() {
        try {
            var isDone = step();
            if (isDone) {
                trouble = "";
            }
            return isDone;
        } catch (KubernetesClientException e) {
            tell(e.getMessage());
        } catch (RuntimeException e) {
            // Nobody but this thread would renew it again.
            LOG.atError().setCause(e).log("the guard's Lease was not renewed");
        }
        return false;
    }

    private boolean step() {
        var before = mine;
        if (before == null) {
            return isLeaving ? leaveWithout() : take();
        }
        if (isLeaving) {
            return giveBack(before);
        }
        var sentAt = DeadMansSwitch.now();
        try {
            mine = written(new GuardLease(new Holder.Guard(life), guests.machines(), lasts), before);
            guests.renewed(sentAt);
            return true;
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT && e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
                throw e;
            }
            mine = stillMine().orElse(null);
            return false;
        }
    }

    private boolean giveBack(Lease before) {
        try {
            mine = written(new GuardLease(new Holder.Nobody(), Set.of(), lasts), before);
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT && e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
                throw e;
            }
            var now = find();
            if (now != null && !(of(now).holder() instanceof Holder.Nobody)) {
                mine = stillMine().orElse(null);
                return false;
            }
            // It was written, and the answer was lost: nobody counts on what is held.
        }
        left.countDown();
        return true;
    }

    private boolean leaveWithout() {
        left.countDown();
        return true;
    }

    /** After a write of ours whose answer was lost; it gives no more time. */
    private Optional<Lease> stillMine() {
        var now = Optional.ofNullable(find());
        if (now.filter(lease -> of(lease).holder().equals(new Holder.Guard(life)))
                .isPresent()) {
            return now;
        }
        LOG.atError()
                .addKeyValue("lease", GuardLease.name(node))
                .addKeyValue(
                        "holder",
                        now.map(lease -> of(lease).holder().toString()).orElse("none"))
                .log("another has the guard's Lease: all that is held ends");
        lost.run();
        return Optional.empty();
    }

    /** The guard before this one is dead, and all that it held: one runs on a node. The controller may not be done yet. */
    private boolean take() {
        var found = find();
        if (found != null && of(found).holder() instanceof Holder.Controller) {
            tell("the controller has it until it has given up the machines that the guard before this one held");
            return false;
        }
        var sentAt = DeadMansSwitch.now();
        var taken = new GuardLease(new Holder.Guard(life), Set.of(), lasts);
        mine = found == null ? created(taken) : written(taken, found);
        guests.renewed(sentAt);
        LOG.atInfo().addKeyValue("lease", GuardLease.name(node)).log("the guard's Lease is taken");
        return true;
    }

    private Lease created(GuardLease lease) {
        var named = new LeaseBuilder()
                .withNewMetadata()
                .withName(GuardLease.name(node))
                .withNamespace(Meridian.SYSTEM_NAMESPACE)
                .endMetadata()
                .build();
        return client.resource(lease.over(named, clock.instant())).create();
    }

    private Lease written(GuardLease lease, Lease before) {
        return client.resource(lease.over(before, clock.instant())).update();
    }

    private @Nullable Lease find() {
        return client.leases()
                .inNamespace(Meridian.SYSTEM_NAMESPACE)
                .withName(GuardLease.name(node))
                .get();
    }

    private GuardLease of(Lease lease) {
        return GuardLease.of(lease, lasts);
    }

    private void tell(@Nullable String now) {
        if (now != null && !now.equals(trouble)) {
            LOG.atWarn().addKeyValue("lease", GuardLease.name(node)).log("the guard's Lease is not held: {}", now);
            trouble = now;
        }
    }
}
