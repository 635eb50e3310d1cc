package dev.meridian.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What the agents' Leases say of the agents, and of the API server. */
class AgentLeasesTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private final AtomicInteger wentBack = new AtomicInteger();
    private final AgentLeases leases = new AgentLeases(() -> NOW, wentBack::incrementAndGet);

    private static Lease lease(String version, Instant renewed) {
        return new LeaseBuilder()
                .withNewMetadata()
                .withName("meridian-agent-worker-0")
                .withResourceVersion(version)
                .endMetadata()
                .withNewSpec()
                .withRenewTime(ZonedDateTime.ofInstant(renewed, ZoneOffset.UTC))
                .endSpec()
                .build();
    }

    @Test
    void renewedLeaseIsNoStepBack() {
        // given
        leases.onAdd(lease("9", NOW));
        // when
        leases.onUpdate(lease("9", NOW), lease("10", NOW.plusSeconds(10)));
        // then
        assertThat(wentBack).hasValue(0);
        assertThat(leases.isAlive("worker-0")).isTrue();
    }

    /** A node's clock that is set back is no other store. */
    @Test
    void olderTimeInANewerVersionIsNoStepBack() {
        // given
        leases.onAdd(lease("9", NOW));
        // when
        leases.onUpdate(lease("9", NOW), lease("10", NOW.minusSeconds(86_400)));
        // then
        assertThat(wentBack).hasValue(0);
    }

    @Test
    void olderVersionShowsThatTheStoreWasReplaced() {
        // given
        leases.onAdd(lease("10", NOW));
        // when
        leases.onUpdate(lease("10", NOW), lease("7", NOW.minusSeconds(60)));
        // then
        assertThat(wentBack).hasValue(1);
    }
}
