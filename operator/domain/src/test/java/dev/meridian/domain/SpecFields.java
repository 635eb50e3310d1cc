package dev.meridian.domain;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The fields of a spec, by the committed schema: a new one is found by itself. */
final class SpecFields {
    private static final Path CRD = Path.of("../../crds/generated/virtualmachines.meridian.dev.yaml");

    /** What the schema lets a field hold. */
    enum Kind {
        Text,
        Quantity,
        MapKey,
        Enum,
        Other
    }

    /**
     * A field of a spec that has one item in each list and one entry in each map.
     *
     * @param pointer where its value stands in the spec; for a map's key, where the map stands
     */
    record Field(String name, JsonPointer pointer, Kind kind) {
        /** Whether the field can hold any text at all. */
        boolean isOpen() {
            return switch (kind) {
                case Text, Quantity, MapKey -> true;
                case Enum, Other -> false;
            };
        }

        /** The text that the field holds in {@code spec}. */
        String in(JsonNode spec) {
            return kind == Kind.MapKey
                    ? spec.at(pointer).fieldNames().next()
                    : spec.at(pointer).asText();
        }

        /** A copy of {@code spec} in which the field holds {@code text}. */
        JsonNode set(JsonNode spec, String text) {
            var copy = spec.deepCopy();
            if (kind == Kind.MapKey) {
                var map = (ObjectNode) copy.at(pointer);
                map.set(text, map.remove(in(spec)));
            } else {
                var last = pointer.last();
                switch (copy.at(pointer.head())) {
                    case ObjectNode object -> object.put(last.getMatchingProperty(), text);
                    case ArrayNode array -> array.set(last.getMatchingIndex(), text);
                    case JsonNode other -> throw new AssertionError(name + " stands in " + other);
                }
            }
            return copy;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private final List<Field> fields = new ArrayList<>();
    private final JsonNode filled;

    private SpecFields(JsonNode filled) {
        this.filled = filled;
    }

    /**
     * All fields, each found in {@code filled}.
     *
     * @throws AssertionError when {@code filled} lacks one
     */
    static List<Field> of(JsonNode filled) {
        var found = new SpecFields(filled);
        found.walk(schema(), "spec", JsonPointer.empty());
        return found.fields;
    }

    private static JsonNode schema() {
        try {
            return Yaml.read(Files.readString(CRD), JsonNode.class)
                    .at("/spec/versions/0/schema/openAPIV3Schema/properties/spec");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void walk(JsonNode schema, String name, JsonPointer pointer) {
        if (filled.at(pointer).isMissingNode()) {
            throw new AssertionError("the full spec lacks %s: fill it in".formatted(name));
        }
        if (schema.has("properties")) {
            schema.get("properties")
                    .properties()
                    .forEach(p -> walk(p.getValue(), name + "." + p.getKey(), pointer.appendProperty(p.getKey())));
        } else if (schema.has("items")) {
            walk(schema.get("items"), name + "[]", pointer.appendIndex(0));
        } else if (schema.has("additionalProperties")) {
            fields.add(new Field(name + "{key}", pointer, Kind.MapKey));
            var key = filled.at(pointer).fieldNames().next();
            walk(schema.get("additionalProperties"), name + "{}", pointer.appendProperty(key));
        } else {
            fields.add(new Field(name, pointer, kind(schema, name)));
        }
    }

    private static Kind kind(JsonNode schema, String name) {
        if (schema.path("x-kubernetes-int-or-string").asBoolean()) {
            return Kind.Quantity;
        }
        return switch (schema.path("type").asText()) {
            case "string" -> schema.has("enum") ? Kind.Enum : Kind.Text;
            case "integer", "number", "boolean", "object" -> Kind.Other;
            case String type -> throw new AssertionError("%s is of a type not known here: %s".formatted(name, type));
        };
    }
}
