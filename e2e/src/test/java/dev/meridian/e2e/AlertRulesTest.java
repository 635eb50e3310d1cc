package dev.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who is woken by an alert finds what to do, and the alert is about something that is measured. */
class AlertRulesTest {
    private static final Path REPOSITORY = Path.of("..");
    private static final Pattern METRIC = Pattern.compile("meridian_\\w+");

    @ParameterizedTest
    @MethodSource("alerts")
    void alertHasARunbookAndTellsHowSevereItIs(JsonNode alert) throws IOException {
        // given
        var name = alert.path("alert").asText();

        // when
        var runbook = alert.at("/annotations/runbook_url").asText();

        // then
        assertThat(runbook).isEqualTo("docs/runbooks/%s.md".formatted(name));
        assertThat(Files.readAllLines(REPOSITORY.resolve(runbook)).getFirst()).isEqualTo("# " + name);
        assertThat(alert.at("/labels/severity").asText()).isIn("warning", "critical");
        assertThat(alert.at("/annotations/summary").asText()).isNotBlank();
        assertThat(alert.at("/annotations/description").asText()).isNotBlank();
    }

    @ParameterizedTest
    @MethodSource("alerts")
    void alertIsAboutDocumentedMetrics(JsonNode alert) throws IOException {
        // given
        var documented = Files.readString(REPOSITORY.resolve("docs/metrics.md"));

        // when
        var metrics = METRIC.matcher(alert.path("expr").asText()).results().map(found -> found.group());

        // then
        assertThat(metrics)
                .isNotEmpty()
                .allSatisfy(metric -> assertThat(documented).contains("`" + metric));
    }

    @Test
    void eachRunbookIsOfAnAlert() throws IOException {
        // when
        try (var pages = Files.list(REPOSITORY.resolve("docs/runbooks"))) {
            var runbooks = pages.map(page -> page.getFileName().toString()).toList();

            // then
            assertThat(runbooks)
                    .isNotEmpty()
                    .containsExactlyInAnyOrderElementsOf(
                            alerts().map(alert -> alert.path("alert").asText() + ".md")
                                    .toList());
        }
    }

    @Test
    void eachAlertIsTested() throws IOException {
        // when
        var tested = new ObjectMapper(new YAMLFactory())
                        .readTree(REPOSITORY
                                .resolve("deploy/monitoring/alerts-test.yaml")
                                .toFile())
                        .findParents("exp_alerts")
                        .stream()
                        .map(test -> test.path("alertname").asText())
                        .toList();

        // then
        assertThat(tested)
                .containsAll(alerts().map(alert -> alert.path("alert").asText()).toList());
    }

    static Stream<JsonNode> alerts() throws IOException {
        var rules = new ObjectMapper(new YAMLFactory())
                .readTree(REPOSITORY.resolve("deploy/monitoring/alerts.yaml").toFile());
        return rules.findParents("alert").stream();
    }
}
