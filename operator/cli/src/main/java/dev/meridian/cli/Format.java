package dev.meridian.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** How what was read is printed: {@code -o}. */
enum Format {
    table,
    wide,
    name,
    json,
    yaml;

    /** Whether the objects themselves are printed. */
    boolean isOfObjects() {
        return switch (this) {
            case json, yaml -> true;
            case table, wide, name -> false;
        };
    }

    String one(JsonNode object) {
        return text(withoutManagedFields(object));
    }

    /** A list in kubectl's shape. */
    String all(List<JsonNode> objects) {
        var list = Json.object().put("apiVersion", "v1");
        var items = list.putArray("items");
        objects.forEach(object -> items.add(withoutManagedFields(object)));
        list.put("kind", "List").putObject("metadata").put("resourceVersion", "");
        return text(list);
    }

    private String text(JsonNode node) {
        return switch (this) {
            case json -> Json.json(node);
            case yaml -> Json.yaml(node);
            case table, wide, name -> throw new IllegalStateException("no text of an object: " + this);
        };
    }

    /** As kubectl hides them. */
    private static JsonNode withoutManagedFields(JsonNode object) {
        var copy = object.deepCopy();
        if (copy.path("metadata") instanceof ObjectNode metadata) {
            metadata.remove("managedFields");
        }
        return copy;
    }
}
