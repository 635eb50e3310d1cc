package dev.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The alert rules, as Prometheus' own tool evaluates them. It is installed for this test alone. */
@Tag("long")
class AlertsE2E {
    private static final Testbed TESTBED = Testbed.open();

    @Test
    void rulesFireWhenTheyShallAndOnlyThen() {
        // when
        var said = TESTBED.verb("promtool", "test", "rules", "deploy/monitoring/alerts-test.yaml");

        // then
        assertThat(said.orFail()).contains("SUCCESS");
    }

    @Test
    void rulesAreWellFormed() {
        // when
        var said = TESTBED.verb("promtool", "check", "rules", "--lint-fatal", "deploy/monitoring/alerts.yaml");

        // then
        assertThat(said.orFail()).contains("SUCCESS");
    }
}
