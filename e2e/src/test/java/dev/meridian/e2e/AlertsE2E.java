package dev.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The alert rules and the names of metrics, as Prometheus' own tool sees them. It is installed for this test alone. */
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

    @Test
    void metricsAreNamedAsPrometheusAsks() throws IOException {
        // given
        var scrapes = List.of(Management.of(TESTBED.nodes().getFirst()), Management.ofController());
        for (var scrape : scrapes) {
            var file = Files.writeString(
                    Files.createTempFile("scrape", ".txt"),
                    scrape.get("/metrics").body());

            // when
            var said = Testbed.run(List.of(
                    "sh", "-c", "exec \"$0\" promtool check metrics < \"$1\"", TESTBED.command(), file.toString()));

            // then
            assertThat(said.orFail()).doesNotContain("meridian_");
            Files.delete(file);
        }
    }
}
