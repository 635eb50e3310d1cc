package dev.meridian.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What was released is taken for ever; {@code -Dcrds.release=true} notes what is released now. */
class CrdCompatibilityTest {
    private static final Path RELEASED = Path.of("released");
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    private static final Surface BEFORE = Surface.parse("""
            spec	{"type":"object","required":["size"]}
            spec.size	{"type":"integer","minimum":1,"maximum":8}
            spec.kind	{"type":"string","enum":["A","B"],"default":"A"}
            spec.name	{"type":"string","maxLength":63,"pattern":"^a"}
            """);

    @Test
    void whatWasReleasedIsStillTaken() throws IOException {
        var now = surfaces();
        if (Boolean.getBoolean("crds.release")) {
            Files.createDirectories(RELEASED);
            for (var crd : now.entrySet()) {
                Files.writeString(RELEASED.resolve(crd.getKey()), crd.getValue().text());
            }
        }

        try (var files = Files.newDirectoryStream(RELEASED, "*.txt")) {
            for (var file : files) {
                var name = file.getFileName().toString();
                assertThat(now).containsKey(name);
                assertThat(Surface.parse(Files.readString(file)).lostIn(now.get(name)))
                        .as(name)
                        .isEmpty();
            }
        }
        assertThat(RELEASED.resolve("virtualmachines.meridian.dev.txt")).exists();
    }

    @ParameterizedTest(name = "{0} {1} = {2}")
    @CsvSource(
            quoteCharacter = '\'',
            value = {
                "spec.size, maximum, 7, 'spec.size: maximum was 8 and is 7'",
                "spec.size, minimum, 2, 'spec.size: minimum was 1 and is 2'",
                "spec.size, type, '\"string\"', 'spec.size: type was \"integer\" and is \"string\"'",
                "spec.kind, enum, '[\"A\"]', 'spec.kind: \"B\" is no value any more'",
                "spec.kind, default, '\"B\"', 'spec.kind: default was \"A\" and is \"B\"'",
                "spec.name, pattern, '\"^b\"', 'spec.name: pattern was \"^a\" and is \"^b\"'",
                "spec.name, enum, '[\"a\"]', 'spec.name: has an enum now'",
                "spec.name, minLength, 3, 'spec.name: minLength was  and is 3'",
                "spec, required, '[\"size\",\"name\"]', 'spec: name is required now'",
            })
    void whatTakesLessIsFound(String path, String attribute, String json, String said) {
        assertThat(BEFORE.lostIn(BEFORE.with(path, attribute, json))).containsExactly(said);
    }

    @ParameterizedTest(name = "{0} {1} = {2}")
    @CsvSource(
            quoteCharacter = '\'',
            value = {
                "spec.size, maximum, 9",
                "spec.size, minimum, 0",
                "spec.kind, enum, '[\"A\",\"B\",\"C\"]'",
                "spec.new, type, '\"string\"'",
                "spec, required, '[\"size\",\"kind\"]'",
                "spec, required, '[]'",
            })
    void whatTakesMoreIsWell(String path, String attribute, String json) {
        assertThat(BEFORE.lostIn(BEFORE.with(path, attribute, json))).isEmpty();
    }

    @Test
    void fieldThatIsGoneIsFound() {
        var after = new Surface(new HashMap<>(BEFORE.fields()));
        after.fields().remove("spec.name");
        assertThat(BEFORE.lostIn(after)).isEqualTo(List.of("spec.name is gone"));
    }

    private static Map<String, Surface> surfaces() throws IOException {
        var surfaces = new HashMap<String, Surface>();
        for (var file : CrdYaml.all().entrySet()) {
            if (file.getKey().endsWith(".meridian.dev.yaml")) {
                surfaces.put(file.getKey().replace(".yaml", ".txt"), Surface.of(YAML.readTree(file.getValue())));
            }
        }
        return surfaces;
    }
}
