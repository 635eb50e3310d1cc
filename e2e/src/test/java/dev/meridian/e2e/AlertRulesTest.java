package dev.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
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
        var runbook = URI.create(alert.at("/annotations/runbook").asText());

        // when
        var headings = Files.readAllLines(REPOSITORY.resolve(runbook.getPath())).stream()
                .filter(line -> line.startsWith("#"))
                .map(line -> line.replaceFirst("^#+ ", "").toLowerCase(Locale.ROOT));

        // then
        assertThat(headings).contains(runbook.getFragment());
        assertThat(runbook.getFragment())
                .isEqualToIgnoringCase(alert.path("alert").asText());
        assertThat(alert.at("/labels/severity").asText()).isIn("warning", "critical");
        assertThat(alert.at("/annotations/summary").asText()).isNotBlank();
        assertThat(alert.at("/annotations/description").asText()).isNotBlank();
    }

    @ParameterizedTest
    @MethodSource("alerts")
    void alertIsAboutDocumentedMetrics(JsonNode alert) throws IOException {
        // given
        var documented = Files.readString(REPOSITORY.resolve("docs/time.md"));

        // when
        var metrics = METRIC.matcher(alert.path("expr").asText()).results().map(found -> found.group());

        // then
        assertThat(metrics)
                .isNotEmpty()
                .allSatisfy(metric -> assertThat(documented).contains("`" + metric));
    }

    @Test
    void rulesAreThere() throws IOException {
        assertThat(alerts()).isNotEmpty();
    }

    static Stream<JsonNode> alerts() throws IOException {
        var rules = new ObjectMapper(new YAMLFactory())
                .readTree(REPOSITORY.resolve("deploy/monitoring/alerts.yaml").toFile());
        return rules.findParents("alert").stream();
    }
}
