package dev.meridian.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a CRD's schema takes: each path with what is asked of it. A later version must take all that an earlier one took, for
 * that is in etcd, in Git and in what older clients send.
 *
 * @param fields attributes by path, such as {@code spec.disks[].name}
 */
record Surface(Map<String, JsonNode> fields) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Of a schema: what bounds a value from above, from below, and what must stay as it is. */
    private static final Set<String> UPPER = Set.of("maxLength", "maxItems", "maxProperties", "maximum");

    private static final Set<String> LOWER = Set.of("minLength", "minItems", "minProperties", "minimum");
    private static final Set<String> SAME = Set.of(
            "type",
            "pattern",
            "default",
            "x-kubernetes-list-type",
            "x-kubernetes-map-type",
            "x-kubernetes-list-map-keys",
            "x-kubernetes-int-or-string");

    static Surface of(JsonNode crd) {
        var fields = new TreeMap<String, JsonNode>();
        walk(crd.at("/spec/versions/0/schema/openAPIV3Schema"), "", fields);
        return new Surface(fields);
    }

    private static void walk(JsonNode schema, String path, Map<String, JsonNode> fields) {
        var attributes = JSON.createObjectNode();
        Stream.of(UPPER, LOWER, SAME, Set.of("enum", "required"))
                .flatMap(Set::stream)
                .sorted()
                .filter(schema::has)
                .forEach(name -> attributes.set(name, schema.get(name)));
        fields.put(path, attributes);
        schema.path("properties").properties().forEach(p -> walk(p.getValue(), below(path, p.getKey()), fields));
        if (schema.has("items")) {
            walk(schema.get("items"), path + "[]", fields);
        }
        if (schema.path("additionalProperties").isObject()) {
            walk(schema.get("additionalProperties"), path + "{}", fields);
        }
    }

    private static String below(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    /** A line for each path. */
    String text() {
        return fields.entrySet().stream()
                .map(field -> "%s\t%s\n".formatted(field.getKey(), field.getValue()))
                .collect(Collectors.joining());
    }

    static Surface parse(String text) {
        var fields = new LinkedHashMap<String, JsonNode>();
        text.lines().forEach(line -> {
            var tab = line.indexOf('\t');
            try {
                fields.put(line.substring(0, tab), JSON.readTree(line.substring(tab + 1)));
            } catch (JsonProcessingException e) {
                throw new IllegalArgumentException(line, e);
            }
        });
        return new Surface(fields);
    }

    /** What of this one {@code later} does not take any more, a sentence each. */
    List<String> lostIn(Surface later) {
        var lost = new ArrayList<String>();
        fields.forEach((path, before) -> {
            var after = later.fields.get(path);
            if (after == null) {
                lost.add(path + " is gone");
                return;
            }
            SAME.stream()
                    .sorted()
                    .filter(name -> !before.path(name).equals(after.path(name)))
                    .filter(name -> !name.equals("pattern") || after.has(name))
                    .forEach(name -> lost.add(
                            "%s: %s was %s and is %s".formatted(path, name, before.path(name), after.path(name))));
            bounds(path, before, after, UPPER, -1, lost);
            bounds(path, before, after, LOWER, 1, lost);
            if (after.has("enum")) {
                before.path("enum").forEach(value -> {
                    if (Stream.of(after.get("enum")).noneMatch(values -> contains(values, value))) {
                        lost.add("%s: %s is no value any more".formatted(path, value));
                    }
                });
                if (!before.has("enum")) {
                    lost.add(path + ": has an enum now");
                }
            }
            after.path("required").forEach(name -> {
                var child = later.fields.get(below(path, name.asText()));
                if (!contains(before.path("required"), name) && (child == null || !child.has("default"))) {
                    lost.add("%s: %s is required now".formatted(path, name.asText()));
                }
            });
        });
        return lost;
    }

    /** @param worse the sign of a change that takes less */
    private static void bounds(
            String path, JsonNode before, JsonNode after, Set<String> names, int worse, List<String> lost) {
        names.stream().sorted().filter(after::has).forEach(name -> {
            if (!before.has(name)
                    || Integer.signum(Double.compare(
                                    after.get(name).asDouble(), before.get(name).asDouble()))
                            == worse) {
                lost.add("%s: %s was %s and is %s".formatted(path, name, before.path(name), after.get(name)));
            }
        });
    }

    private static boolean contains(JsonNode list, JsonNode value) {
        for (var one : list) {
            if (one.equals(value)) {
                return true;
            }
        }
        return false;
    }

    /** With one attribute of a path set, for tests. */
    Surface with(String path, String attribute, String json) {
        var changed = new LinkedHashMap<>(fields);
        var attributes =
                fields.containsKey(path) ? (ObjectNode) fields.get(path).deepCopy() : JSON.createObjectNode();
        try {
            attributes.set(attribute, JSON.readTree(json));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(json, e);
        }
        changed.put(path, attributes);
        return new Surface(changed);
    }
}
