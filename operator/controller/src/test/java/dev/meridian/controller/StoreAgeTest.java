package dev.meridian.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What the leader's own Lease says of the API server's store. */
class StoreAgeTest {
    private final AtomicInteger wentBack = new AtomicInteger();
    private final StoreAge store = new StoreAge(wentBack::incrementAndGet);

    private static Lease lease(long version) {
        return new LeaseBuilder()
                .withNewMetadata()
                .withResourceVersion(Long.toString(version))
                .endMetadata()
                .build();
    }

    @Test
    void newerVersionIsNoStepBack() {
        // given
        store.seen(lease(9));
        // when
        store.seen(lease(10));
        // then
        assertThat(wentBack).hasValue(0);
    }

    @Test
    void olderVersionIsAStepBackThoughItWasRenewedSince() {
        // given
        store.seen(lease(1000));
        // when
        store.seen(lease(999));
        // then
        assertThat(wentBack).hasValue(1);
    }

    @Test
    void leaseThatTheCopyDoesNotHaveIsAStepBack() {
        // given
        store.seen(lease(1000));
        // when
        store.seen(null);
        // then
        assertThat(wentBack).hasValue(1);
    }
}
