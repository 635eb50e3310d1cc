package dev.meridian.e2e;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** A kind's schema as the API server has it: every field of it is found, and filled with something that it allows. */
record Schema(JsonNode root) {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final List<String> EXAMPLES = List.of(
            "a",
            "/a",
            "128Mi",
            "2026-01-01T00:00:00Z",
            "10.0.0.0",
            "10.0.0.0/24",
            "52:54:00:00:00:01",
            "https://a/a",
            "a.a/a",
            "metadata.name",
            "In",
            "ssh-ed25519 AAAA",
            "sha256:" + "0".repeat(64),
            "AAAA",
            "0a0a",
            "0000:00:00.0",
            "00000000-0000-0000-0000-000000000000");

    static Schema of(KubernetesClient client, String plural) {
        try {
            var definition = new ObjectMapper()
                    .readTree(client.raw(
                            "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/" + plural + ".meridian.dev"));
            return new Schema(definition.at("/spec/versions/0/schema/openAPIV3Schema"));
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    /**
     * A place in a filled document.
     *
     * @param path names and indexes from the document's root; of a map's key, the map's
     * @param schema what may stand there
     * @param isKey it is the key of a map's only entry that is meant
     */
    record Place(List<Object> path, JsonNode schema, boolean isKey) {
        /** As the API server names it: {@code spec.disks[0].name}. */
        String name() {
            var name = new StringBuilder();
            path.forEach(part -> name.append(part instanceof Integer ? "[" + part + "]" : "." + part));
            return name.substring(1) + (isKey ? "{key}" : "");
        }

        boolean isString() {
            return isKey
                    || schema.path("type").asText().equals("string")
                    || schema.path("x-kubernetes-int-or-string").asBoolean();
        }

        /** Puts a value there, with all that it needs around it taken from a filled document. */
        void put(ObjectNode document, JsonNode filled, JsonNode value) {
            JsonNode at = document;
            JsonNode example = filled;
            for (var part : path.subList(0, path.size() - (isKey ? 0 : 1))) {
                example = child(example, part);
                if (child(at, part).isMissingNode()) {
                    ((ObjectNode) at).set((String) part, example.deepCopy());
                }
                at = child(at, part);
            }
            if (isKey) {
                ((ObjectNode) at).removeAll().put(value.asText(), "a");
            } else if (at instanceof ObjectNode object) {
                object.set((String) path.getLast(), value);
            } else {
                ((ArrayNode) at).set((Integer) path.getLast(), value);
            }
        }

        private static JsonNode child(JsonNode node, Object part) {
            return part instanceof Integer index ? node.path(index) : node.path((String) part);
        }
    }

    /** Every place of spec that something may stand in. */
    List<Place> places() {
        var places = new ArrayList<Place>();
        walk(List.of("spec"), root.at("/properties/spec"), (path, schema) -> {
            places.add(new Place(path, schema, false));
            if (schema.has("additionalProperties")) {
                places.add(new Place(path, schema, true));
            }
        });
        return places;
    }

    /** Every rule in CEL, with the place whose rule it is. */
    Stream<JsonNode> rules() {
        return Stream.concat(
                elements(root.path("x-kubernetes-validations")),
                places().stream()
                        .filter(place -> !place.isKey())
                        .flatMap(place -> elements(place.schema().path("x-kubernetes-validations"))));
    }

    /** A spec in which every field stands. */
    JsonNode filledSpec() {
        return filled("spec", root.at("/properties/spec"));
    }

    private static void walk(List<Object> path, JsonNode schema, BiConsumer<List<Object>, JsonNode> visit) {
        visit.accept(path, schema);
        schema.path("properties").properties().forEach(e -> walk(with(path, e.getKey()), e.getValue(), visit));
        if (schema.has("items")) {
            walk(with(path, 0), schema.path("items"), visit);
        }
        if (schema.has("additionalProperties")) {
            walk(with(path, "a"), schema.path("additionalProperties"), visit);
        }
    }

    private static JsonNode filled(String name, JsonNode schema) {
        if (schema.path("x-kubernetes-int-or-string").asBoolean()) {
            return JSON.textNode(example(name, schema));
        }
        return switch (schema.path("type").asText()) {
            case "object" -> filledObject(schema);
            case "array" -> JSON.arrayNode().add(filled(name, schema.path("items")));
            case "boolean" -> JSON.booleanNode(true);
            case "integer" -> JSON.numberNode(schema.path("minimum").asInt(1));
            case "string" -> JSON.textNode(example(name, schema));
            case String other -> throw new AssertionError("%s: no example of type %s".formatted(name, other));
        };
    }

    private static ObjectNode filledObject(JsonNode schema) {
        var object = JSON.objectNode();
        schema.path("properties").properties().forEach(e -> object.set(e.getKey(), filled(e.getKey(), e.getValue())));
        if (schema.has("additionalProperties")) {
            object.set("a", filled("a", schema.path("additionalProperties")));
        }
        return object;
    }

    /** Of an enum the middle: what stands at an end is refused for one timer or another. */
    private static String example(String name, JsonNode schema) {
        if (schema.has("enum")) {
            return schema.path("enum").path(schema.path("enum").size() / 2).asText();
        }
        var pattern = Pattern.compile(schema.path("pattern").asText(""));
        return EXAMPLES.stream()
                .filter(text -> pattern.matcher(text).find())
                .findFirst()
                .orElseThrow(() ->
                        new AssertionError("%s: no example fits %s; give this walk one".formatted(name, pattern)));
    }

    private static List<Object> with(List<Object> path, Object part) {
        return Stream.concat(path.stream(), Stream.of(part)).toList();
    }

    private static Stream<JsonNode> elements(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }
}
