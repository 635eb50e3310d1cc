package dev.meridian.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaderElectionRecord;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.Lock;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RenewedLeaseTest {
    private static final Duration LONG = Duration.ofHours(1);

    private final Stored stored = new Stored();
    private final KubernetesClient client = (KubernetesClient) Proxy.newProxyInstance(
            RenewedLeaseTest.class.getClassLoader(), new Class<?>[] {KubernetesClient.class}, (_, method, _) -> {
                throw new AssertionError("nothing is asked of the API server, not even " + method);
            });

    /** Takes what is written, or refuses it. */
    private static final class Stored implements Lock {
        private boolean refuses;

        @Override
        public @Nullable LeaderElectionRecord get(KubernetesClient client) {
            return null;
        }

        @Override
        public void create(KubernetesClient client, LeaderElectionRecord wanted) {
            update(client, wanted);
        }

        @Override
        public void update(KubernetesClient client, LeaderElectionRecord wanted) {
            if (refuses) {
                throw new KubernetesClientException("the object has been modified");
            }
        }

        @Override
        public String identity() {
            return "me";
        }

        @Override
        public String describe() {
            return "stored";
        }
    }

    @Test
    void leaseIsHeldOnceItIsWritten() {
        // given
        var lease = new RenewedLease(stored, LONG);
        var before = lease.isHeld();

        // when
        lease.create(client, heldBy("me"));

        // then
        assertThat(before).isFalse();
        assertThat(lease.isHeld()).isTrue();
    }

    @Test
    void leaseIsHeldNoLongerThanItLasts() {
        // given
        var lease = new RenewedLease(stored, Duration.ofNanos(1));

        // when
        lease.update(client, heldBy("me"));

        // then
        assertThat(lease.isHeld()).isFalse();
    }

    @Test
    void leaseThatIsGivenUpIsNotHeld() {
        // given
        var lease = new RenewedLease(stored, LONG);
        lease.update(client, heldBy("me"));

        // when
        lease.update(client, heldBy(""));

        // then
        assertThat(lease.isHeld()).isFalse();
    }

    @Test
    void renewalThatIsRefusedRenewsNothing() {
        // given
        var lease = new RenewedLease(stored, LONG);
        stored.refuses = true;

        // when
        assertThatThrownBy(() -> lease.update(client, heldBy("me"))).isInstanceOf(KubernetesClientException.class);

        // then
        assertThat(lease.isHeld()).isFalse();
    }

    private static LeaderElectionRecord heldBy(String identity) {
        var at = Instant.EPOCH.atZone(ZoneOffset.UTC);
        return new LeaderElectionRecord(identity, Duration.ofSeconds(15), at, at, 0);
    }
}
