package dev.meridian.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;

/** What a CRD's schema has against an object, CEL rules apart: fields, types, enums, patterns, bounds. */
final class CrdSchema {
    private final JsonNode root;
    private final List<String> complaints = new ArrayList<>();

    private CrdSchema(JsonNode root) {
        this.root = root;
    }

    static List<String> complaints(String plural, JsonNode object) throws IOException {
        var crd = Json.ofYaml(
                Files.readString(Path.of("../../crds/generated/%s.meridian.dev.yaml".formatted(plural))), plural);
        var schema = new CrdSchema(crd.at("/spec/versions/0/schema/openAPIV3Schema"));
        schema.check("spec", object.path("spec"), schema.root.at("/properties/spec"));
        return List.copyOf(schema.complaints);
    }

    private void check(String path, JsonNode value, JsonNode schema) {
        if (!isOfType(value, schema)) {
            complaints.add(path + ": is no " + schema.path("type").asText());
        }
        if (schema.has("enum") && !contains(schema.path("enum"), value)) {
            complaints.add(path + ": is none of " + schema.path("enum"));
        }
        if (schema.has("pattern")
                && value.isTextual()
                && !value.asText().matches(schema.path("pattern").asText())) {
            complaints.add(path + ": does not match " + schema.path("pattern").asText());
        }
        if (value.asDouble() < schema.path("minimum").asDouble(Double.NEGATIVE_INFINITY)
                || value.asDouble() > schema.path("maximum").asDouble(Double.POSITIVE_INFINITY)) {
            complaints.add(path + ": is out of bounds");
        }
        if (schema.has("maxLength")
                && value.asText().length() > schema.path("maxLength").asInt()) {
            complaints.add(path + ": is too long");
        }
        schema.path("required").forEach(name -> {
            if (!value.has(name.asText())) {
                complaints.add(path + "." + name.asText() + ": is missing");
            }
        });
        value.properties().forEach(field -> {
            var of = schema.path("properties").has(field.getKey())
                    ? schema.path("properties").path(field.getKey())
                    : schema.path("additionalProperties");
            if (of.isMissingNode()) {
                complaints.add(path + "." + field.getKey() + ": is unknown");
            } else {
                check(path + "." + field.getKey(), field.getValue(), of);
            }
        });
        if (value.isArray()) {
            value.forEach(item -> check(path + "[]", item, schema.path("items")));
        }
    }

    private static boolean isOfType(JsonNode value, JsonNode schema) {
        return switch (schema.path("type").asText()) {
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "string" -> value.isTextual();
            case "integer" -> value.isIntegralNumber();
            case "boolean" -> value.isBoolean();
            default -> value.isTextual() || value.isIntegralNumber();
        };
    }

    private static boolean contains(JsonNode values, JsonNode value) {
        return StreamSupport.stream(values.spliterator(), false).anyMatch(value::equals);
    }
}
