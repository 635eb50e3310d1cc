package dev.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The values in the chart's README.md, which {@code -Ddocs.write=true} writes anew from values.yaml. */
class ChartReadmeTest {
    private static final Path CHART = Path.of("..", "charts", "meridian");
    private static final String BEGIN = "<!-- values -->\n";
    private static final String END = "<!-- end -->\n";

    /** What is said of a key stands above it, as helm-docs has it. */
    private static final Pattern LINE = Pattern.compile("(?m)^( *)(?:# -- (.+)|([\\w./-]+):.*)$");

    /** @param said empty where the key says it all */
    private record Value(String key, JsonNode preset, String said) {}

    @Test
    void readmeListsTheValuesThatThereAre() throws IOException {
        // given
        var readme = CHART.resolve("README.md");
        var page = Files.readString(readme);
        assertThat(page).contains(BEGIN);

        // when
        int from = page.indexOf(BEGIN) + BEGIN.length();
        var listed = page.substring(0, from)
                + Stream.concat(
                                Stream.of("| value | default | what it says |", "|---|---|---|"),
                                values().stream().map(ChartReadmeTest::row))
                        .map(line -> line + "\n")
                        .collect(Collectors.joining())
                + page.substring(page.indexOf(END, from));

        // then
        if (Boolean.getBoolean("docs.write")) {
            Files.writeString(readme, listed);
        }
        assertThat(Files.readString(readme))
                .as("stale: -Dtest=ChartReadmeTest -Ddocs.write=true")
                .isEqualTo(listed);
    }

    /** One of which something is said is told as a whole; others are told by what they hold. */
    private static List<Value> values() throws IOException {
        var text = Files.readString(CHART.resolve("values.yaml"));
        var presets = new ObjectMapper(new YAMLFactory()).readTree(text);
        var values = new ArrayList<Value>();
        var path = new ArrayList<String>();
        var said = "";
        for (var line : LINE.matcher(text).results().toList()) {
            if (line.group(2) != null) {
                said = line.group(2);
                continue;
            }
            path.subList(line.group(1).length() / 2, path.size()).clear();
            path.add(Objects.requireNonNull(line.group(3)));
            var key = String.join(".", path);
            var preset = path.stream().reduce(presets, JsonNode::path, (_, later) -> later);
            boolean isTold = values.stream().anyMatch(value -> key.startsWith(value.key() + "."));
            if (!isTold && (!said.isEmpty() || !preset.isObject() || preset.isEmpty())) {
                values.add(new Value(key, preset, said));
            }
            said = "";
        }
        return values;
    }

    private static String row(Value value) {
        return "| `%s` | `%s` | %s |"
                .formatted(value.key(), value.preset(), value.said().replace("|", "\\|"));
    }
}
