package dev.meridian.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What a Lease of the controller's own says of the API server's store. */
class StoreAgeTest {
    private final StoreAge store = new StoreAge("controller", () -> Instant.EPOCH, () -> {});

    private static Lease lease(long version) {
        return new LeaseBuilder()
                .withNewMetadata()
                .withResourceVersion(Long.toString(version))
                .endMetadata()
                .build();
    }

    @Test
    void nothingIsOlderThanWhatANewProcessKnows() {
        // given a process that has written nothing
        // when, then
        assertThat(store.isOlder(null)).isFalse();
        assertThat(store.isOlder(lease(9))).isFalse();
    }

    @Test
    void leaseAsItWasWrittenIsNotOlder() {
        // given
        store.written(lease(1000));
        // when, then
        assertThat(store.isOlder(lease(1000))).isFalse();
    }

    /** Another leader has taken over. */
    @Test
    void leaseThatAnotherHasWrittenSinceIsNotOlder() {
        // given
        store.written(lease(1000));
        // when, then
        assertThat(store.isOlder(lease(1001))).isFalse();
    }

    @Test
    void leaseOfAnEarlierCopyIsOlder() {
        // given
        store.written(lease(1000));
        // when, then
        assertThat(store.isOlder(lease(999))).isTrue();
    }

    @Test
    void leaseThatAnEarlierCopyDoesNotHaveIsOlder() {
        // given
        store.written(lease(1000));
        // when, then
        assertThat(store.isOlder(null)).isTrue();
    }
}
