package dev.meridian.e2e;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Leases of agents and controller do not wait among all that the API server is asked. */
@Shared
class LeasePriorityE2E {
    private static final String DISPATCHED =
            "apiserver_flowcontrol_dispatched_requests_total{flow_schema=\"meridian-leases\",priority_level=\"leader-election\"}";

    @Test
    void leasesAreRenewedOnALevelOfTheirOwn() {
        // given
        var testbed = Testbed.open();
        // when, then
        Awaitility.await("Leases to be renewed on the level of elections")
                .atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> testbed.kubectl("get", "--raw", "/metrics")
                        .orFail()
                        .lines()
                        .anyMatch(line -> line.startsWith(DISPATCHED)));
    }
}
