package dev.meridian.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** A dashboard of Grafana, as the chart lays it into a ConfigMap. */
record Dashboard(String file, JsonNode json) {
    private static final Pattern LABEL_VALUES = Pattern.compile("label_values\\((.*), (\\w+)\\)");

    /** A query of it, and whose. */
    record Query(String dashboard, String panel, String expr) {
        /** @param scrapeInterval in seconds; a rate is over four of them, as Grafana has it */
        String ofAll(int scrapeInterval) {
            return ofEach(expr).replace("$__rate_interval", 4 * scrapeInterval + "s");
        }

        @Override
        public String toString() {
            return "%s, %s: %s".formatted(dashboard, panel, expr);
        }
    }

    /** One that a person sets above the panels: the values of a label of some series. */
    record Variable(String dashboard, String name, String series, String label) {
        String ofAll() {
            return ofEach(series);
        }
    }

    static List<Dashboard> all() {
        try (var files = Files.list(Path.of("..", "deploy", "monitoring", "dashboards"))) {
            return files.sorted().map(Dashboard::read).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Stream<JsonNode> panels() {
        return elements(json.path("panels"));
    }

    Stream<Query> queries() {
        return panels().flatMap(panel -> elements(panel.path("targets"))
                .map(target -> new Query(
                        file, panel.path("title").asText(), target.path("expr").asText())));
    }

    /** Without that of the source of data. */
    Stream<Variable> variables() {
        return elements(json.at("/templating/list"))
                .filter(variable -> variable.path("type").asText().equals("query"))
                .map(variable -> variable(variable.path("name").asText(), variable.at("/query/query")));
    }

    private Variable variable(String name, JsonNode query) {
        Matcher values = LABEL_VALUES.matcher(query.asText());
        if (!values.matches()) {
            throw new AssertionError("%s, $%s: %s".formatted(file, name, query));
        }
        return new Variable(file, name, values.group(1), values.group(2));
    }

    /** With all variables at "All". */
    private static String ofEach(String query) {
        return query.replaceAll("\\$[a-z]+\\b", ".*");
    }

    private static Dashboard read(Path file) {
        try {
            return new Dashboard(file.getFileName().toString(), new ObjectMapper().readTree(file.toFile()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<JsonNode> elements(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }
}
