package dev.meridian.domain.placement;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.meridian.api.v1alpha1.Meridian;
import dev.meridian.api.v1alpha1.VirtualMachine;
import dev.meridian.api.v1alpha1.VirtualMachineStatus;
import dev.meridian.domain.Yaml;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * An object as the API server keeps it, with who owns which field of its status. Each version is a value.
 *
 * @param owned field manager to its fields; a condition is the field {@code conditions/<type>}
 */
record Applied(ObjectNode object, Map<String, Set<String>> owned, VirtualMachine machine) {
    private static final String CONDITIONS = "conditions";

    /** What the agent can have of a status; the rest is the controller's. */
    enum Share {
        None,
        /** The controller has taken Ready from it. */
        WithoutReady,
        All
    }

    private static final Set<String> CONTROLLERS = Set.of(
            "nodeName",
            "reservation",
            "fencedNodes",
            CONDITIONS + "/Scheduled",
            CONDITIONS + "/Evacuating",
            CONDITIONS + "/MigrationRoom");
    private static final Set<String> TAKEN = Set.of("printableStatus", CONDITIONS + "/Ready");

    static Applied of(JsonNode manifest, Share agents) {
        ObjectNode object = manifest.deepCopy();
        var controller = new TreeSet<String>();
        var agent = new TreeSet<String>();
        fields(object.path("status")).keySet().forEach(field -> {
            var isAgents = switch (agents) {
                case None -> false;
                case WithoutReady -> !CONTROLLERS.contains(field) && !TAKEN.contains(field);
                case All -> !CONTROLLERS.contains(field);
            };
            (isAgents ? agent : controller).add(field);
        });
        writeShare(object, agent);
        return new Applied(object, Map.of(Meridian.CONTROLLER, controller, Meridian.AGENT, agent));
    }

    private Applied(ObjectNode object, Map<String, Set<String>> owned) {
        this(object, owned, Yaml.read(object, VirtualMachine.class));
    }

    long version() {
        return object.at("/metadata/resourceVersion").asLong();
    }

    /** The next version, with one more difference. */
    Applied with(String yaml) {
        var next = object.deepCopy();
        Yaml.merge(next, Yaml.read(yaml, JsonNode.class));
        return next.equals(object) ? this : numbered(next, owned);
    }

    /** Somebody has replaced the status by nothing. */
    Applied withoutStatus() {
        var next = object.deepCopy();
        next.putObject("status").put("observedGeneration", -1);
        ((ObjectNode) next.get("metadata")).remove("managedFields");
        return numbered(next, Map.of());
    }

    Applied withFinalizers(List<String> finalizers) {
        return with("metadata: {finalizers: [" + String.join(", ", finalizers) + "]}");
    }

    /** Server-side apply with force: what the manager gave before and gives no more goes, unless another has it too. */
    Applied status(String manager, VirtualMachineStatus part) {
        var given = fields(Yaml.tree(part));
        var now = fields(object.path("status"));
        var next = new TreeMap<>(now);
        var owners = new TreeMap<String, Set<String>>();
        owned.forEach((name, fields) -> owners.put(name, new TreeSet<>(fields)));
        var dropped = new TreeSet<>(owners.getOrDefault(manager, Set.of()));
        dropped.removeAll(given.keySet());
        owners.put(manager, new TreeSet<>(given.keySet()));
        dropped.stream()
                .filter(field -> owners.values().stream().noneMatch(fields -> fields.contains(field)))
                .forEach(next::remove);
        given.forEach((field, value) -> {
            if (!value.equals(now.get(field))) {
                owners.forEach((name, fields) -> {
                    if (!name.equals(manager)) {
                        fields.remove(field);
                    }
                });
            }
            next.put(field, value);
        });
        var copy = object.deepCopy();
        var status = copy.putObject("status");
        var conditions = status.putArray(CONDITIONS);
        next.forEach((field, value) -> {
            if (field.startsWith(CONDITIONS + "/")) {
                conditions.add(value);
            } else {
                status.set(field, value);
            }
        });
        writeShare(copy, owners.getOrDefault(Meridian.AGENT, Set.of()));
        return copy.equals(object) ? this : numbered(copy, owners);
    }

    private static Applied numbered(ObjectNode next, Map<String, Set<String>> owners) {
        var metadata = (ObjectNode) next.get("metadata");
        metadata.put(
                "resourceVersion",
                Long.toString(metadata.path("resourceVersion").asLong() + 1));
        return new Applied(next, owners);
    }

    /** The agent's managed fields, as far as anybody reads them. */
    private static void writeShare(ObjectNode object, Set<String> fields) {
        var metadata = (ObjectNode) object.get("metadata");
        metadata.remove("managedFields");
        if (fields.isEmpty()) {
            return;
        }
        var entry = metadata.putArray("managedFields").addObject();
        entry.put("manager", Meridian.AGENT)
                .put("operation", "Apply")
                .put("subresource", "status")
                .put("fieldsType", "FieldsV1");
        var status = entry.putObject("fieldsV1").putObject("f:status");
        fields.forEach(field -> {
            if (field.startsWith(CONDITIONS + "/")) {
                var type = field.substring(CONDITIONS.length() + 1);
                status.withObjectProperty("f:conditions")
                        .withObjectProperty("k:{\"type\":\"" + type + "\"}")
                        .putObject("f:reason");
            } else {
                status.putObject("f:" + field).putObject("f:state");
            }
        });
    }

    private static Map<String, JsonNode> fields(JsonNode status) {
        var fields = new TreeMap<String, JsonNode>();
        status.properties().forEach(field -> {
            if (field.getKey().equals(CONDITIONS)) {
                field.getValue()
                        .forEach(c ->
                                fields.put(CONDITIONS + "/" + c.path("type").asText(), c));
            } else if (!field.getValue().isNull()) {
                fields.put(field.getKey(), field.getValue());
            }
        });
        return fields;
    }
}
