package dev.meridian.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class CrdYamlTest {
    private static final Path COMMITTED = Path.of("generated");

    @Test
    void committedYamlIsWhatTheRecordsSay() throws IOException {
        if (Boolean.getBoolean("crds.write")) {
            Files.createDirectories(COMMITTED);
            for (var file : CrdYaml.all().entrySet()) {
                Files.writeString(COMMITTED.resolve(file.getKey()), file.getValue());
            }
        }

        var committed = new TreeMap<String, String>();
        try (var files = Files.newDirectoryStream(COMMITTED, "*.meridian.dev.yaml")) {
            for (Path file : files) {
                committed.put(file.getFileName().toString(), Files.readString(file));
            }
        }

        assertThat(committed).as("stale: run 'make crds'").isEqualTo(CrdYaml.all());
    }

    @Test
    void everyStringIsBoundedOrAnEnum() throws IOException {
        var unbounded = new ArrayList<String>();
        for (var file : CrdYaml.all().entrySet()) {
            var crd = new ObjectMapper(new YAMLFactory()).readTree(file.getValue());
            walk(crd.at("/spec/versions/0/schema/openAPIV3Schema/properties/spec"), file.getKey(), unbounded);
            walk(crd.at("/spec/versions/0/schema/openAPIV3Schema/properties/status"), file.getKey(), unbounded);
        }
        assertThat(unbounded).isEmpty();
    }

    private static void walk(JsonNode schema, String path, List<String> unbounded) {
        if (schema.path("type").asText().equals("string") && !schema.has("enum") && !schema.has("maxLength")) {
            unbounded.add(path);
        }
        schema.path("properties").properties().forEach(p -> walk(p.getValue(), path + "." + p.getKey(), unbounded));
        if (schema.has("items")) {
            walk(schema.get("items"), path + "[]", unbounded);
        }
        if (schema.has("additionalProperties")) {
            walk(schema.get("additionalProperties"), path + "{}", unbounded);
        }
    }
}
