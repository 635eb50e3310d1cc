package dev.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Dashboards show what is measured, and all of it; that their queries have answers is DashboardsE2E's. */
class DashboardsTest {
    private static final int WIDTH = 24;
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `(\\w+)(?:\\{.*?})?` \\| (\\w+) \\|");
    private static final Pattern METRIC = Pattern.compile("\\b(?:meridian|process)_\\w+");
    private static final Pattern VARIABLE = Pattern.compile("\\$(\\w+)");

    @ParameterizedTest
    @MethodSource("queries")
    void queryIsOfDocumentedMetrics(Dashboard.Query query) throws IOException {
        assertThat(metrics(query)).isNotEmpty().isSubsetOf(documented().keySet());
    }

    @Test
    void eachDocumentedMetricIsShown() throws IOException {
        // given
        var documented = documented();

        // when
        var shown = queries()
                .flatMap(query -> metrics(query).stream())
                .map(documented::get)
                .collect(Collectors.toSet());

        // then
        assertThat(shown).containsAll(documented.values());
    }

    @ParameterizedTest
    @MethodSource("dashboards")
    void variablesThatAreUsedAreThere(Dashboard dashboard) {
        // given
        var there = Stream.concat(
                        Stream.of("datasource", "__rate_interval"),
                        dashboard.variables().map(Dashboard.Variable::name))
                .toList();

        // when
        var used = Stream.concat(
                        dashboard.queries().map(Dashboard.Query::expr),
                        dashboard.variables().map(Dashboard.Variable::series))
                .flatMap(text -> VARIABLE.matcher(text).results().map(found -> found.group(1)));

        // then
        assertThat(used).isNotEmpty().isSubsetOf(there);
        assertThat(dashboard.json().findValuesAsText("uid"))
                .filteredOn(uid -> !uid.equals(dashboard.json().path("uid").asText()))
                .isNotEmpty()
                .containsOnly("${datasource}");
    }

    @ParameterizedTest
    @MethodSource("dashboards")
    void panelsAreNumberedAndNamedAndLieBesideEachOther(Dashboard dashboard) {
        // when
        var panels = dashboard.panels().toList();

        // then
        assertThat(panels).extracting(panel -> panel.path("id").asInt()).doesNotHaveDuplicates();
        assertThat(panels).extracting(panel -> panel.path("title").asText()).doesNotContain("");
        var cells = panels.stream().flatMap(DashboardsTest::cells).toList();
        assertThat(cells).doesNotHaveDuplicates().allMatch(cell -> cell.getFirst() < WIDTH);
    }

    @Test
    void dashboardsAreTwoOfTheirOwn() {
        assertThat(dashboards().map(dashboard -> dashboard.json().path("uid").asText()))
                .containsExactlyInAnyOrder("meridian", "meridian-machines");
    }

    static Stream<Dashboard> dashboards() {
        return Dashboard.all().stream();
    }

    static Stream<Dashboard.Query> queries() {
        return dashboards().flatMap(Dashboard::queries);
    }

    private static Set<String> metrics(Dashboard.Query query) {
        return METRIC.matcher(query.expr())
                .results()
                .map(found -> found.group())
                .collect(Collectors.toSet());
    }

    /** What Prometheus has of the metrics of the list, which is made of what is measured, and of which metric it is. */
    private static Map<String, String> documented() throws IOException {
        var documented = new LinkedHashMap<String, String>();
        ROW.matcher(Files.readString(Path.of("..", "docs", "metrics.md")))
                .results()
                .forEach(row -> (row.group(2).equals("histogram")
                                ? Stream.of("_bucket", "_count", "_sum")
                                : Stream.of(""))
                        .forEach(suffix -> documented.put(row.group(1) + suffix, row.group(1))));
        return documented;
    }

    /** Of Grafana's grid. */
    private static Stream<List<Integer>> cells(JsonNode panel) {
        var place = panel.path("gridPos");
        int right = place.path("x").asInt() + place.path("w").asInt();
        int bottom = place.path("y").asInt() + place.path("h").asInt();
        return Stream.iterate(place.path("x").asInt(), x -> x < right, x -> x + 1)
                .flatMap(x -> Stream.iterate(place.path("y").asInt(), y -> y < bottom, y -> y + 1)
                        .map(y -> List.of(x, y)));
    }
}
