package dev.meridian.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import dev.meridian.api.v1alpha1.Hypervisor;
import dev.meridian.api.v1alpha1.HypervisorPolicy;
import dev.meridian.api.v1alpha1.VirtualMachine;
import dev.meridian.api.v1alpha1.VirtualMachineClass;
import dev.meridian.api.v1alpha1.VirtualMachineImage;
import dev.meridian.api.v1alpha1.VirtualMachineMigration;
import dev.meridian.api.v1alpha1.VirtualMachineNetwork;
import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.kubernetes.client.CustomResource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The CRD YAML of every kind, generated from its record and finished with what annotations cannot say. */
final class CrdYaml {
    static final List<Class<? extends CustomResource<?, ?>>> KINDS = List.of(
            VirtualMachine.class,
            Hypervisor.class,
            HypervisorPolicy.class,
            VirtualMachineClass.class,
            VirtualMachineImage.class,
            VirtualMachineNetwork.class,
            VirtualMachineMigration.class);

    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory()
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .enable(YAMLGenerator.Feature.INDENT_ARRAYS_WITH_INDICATOR)
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .disable(YAMLGenerator.Feature.SPLIT_LINES));
    private static final String QUANTITY = "^[0-9]+(\\.[0-9]+)?(Ki|Mi|Gi|Ti|Pi|Ei|m|k|M|G|T|P|E)?$";
    private static final String LABEL_KEY =
            "k.size() > 317 || k.indexOf('/') <= 253 && k.matches(r'^([a-z0-9]([-a-z0-9]*[a-z0-9])?"
                    + "(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$')";
    private static final String WHAT_A_KEY_IS = " is no label; use a name of at most 63 letters, digits, -, _ and .,"
            + " with a DNS name and / before it where there is one";
    private static final String TIME =
            "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})$";
    private static final int MAX_NAMED = 256;

    private CrdYaml() {}

    /** File name to content, one file a kind. */
    static Map<String, String> all() {
        var files = new TreeMap<String, String>();
        KINDS.forEach(kind -> generate(kind).forEach((name, crd) -> files.put(name + ".yaml", finished(crd))));
        return files;
    }

    private static Map<String, String> generate(Class<? extends CustomResource<?, ?>> kind) {
        var streams = new TreeMap<String, ByteArrayOutputStream>();
        new CRDGenerator()
                .customResourceClasses(kind)
                .forCRDVersions("v1")
                .withOutput(new CRDGenerator.AbstractCRDOutput<OutputStream>() {
                    @Override
                    protected OutputStream createStreamFor(String crdName) {
                        return streams.computeIfAbsent(crdName, _ -> new ByteArrayOutputStream());
                    }
                })
                .generate();
        var texts = new TreeMap<String, String>();
        streams.forEach(
                (name, bytes) -> texts.put(name.replaceAll("-v1$", ""), bytes.toString(StandardCharsets.UTF_8)));
        return texts;
    }

    private static String finished(String generated) {
        try {
            var crd = (ObjectNode) YAML.readTree(generated);
            for (JsonNode version : crd.at("/spec/versions")) {
                finishVersion((ObjectNode) version);
            }
            return YAML.writeValueAsString(crd);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void finishVersion(ObjectNode version) {
        columnsAsDeclared((ArrayNode) version.path("additionalPrinterColumns"));
        var schema = (ObjectNode) version.at("/schema/openAPIV3Schema");
        var status = schema.at("/properties/status");
        finishSchema(schema, "");
        if (schema.at("/properties/spec") instanceof ObjectNode spec && !requires(schema, "spec")) {
            // Defaults below an object apply only where the object is there.
            spec.putObject("default");
        }
        if (status instanceof ObjectNode object && status.has("properties")) {
            // kstatus takes an object without status for healthy: the default says that nobody has looked yet.
            object.putObject("default").put("observedGeneration", -1);
        }
    }

    /** The generator sorts columns by path; people read them in this order, those of -o wide last. */
    private static void columnsAsDeclared(ArrayNode columns) {
        var order = List.of(
                "Machine",
                "Phase",
                "Source",
                "Target",
                "Percent",
                "Status",
                "Ready",
                "Schedulable",
                "Migration",
                "Libvirt",
                "Hypervisor",
                "CPUs",
                "Memory",
                "Paths",
                "CPU Ratio",
                "Node",
                "Clock",
                "Format",
                "Size",
                "Virtual Size",
                "Age");
        var sorted = new ArrayList<JsonNode>();
        columns.forEach(sorted::add);
        sorted.sort(Comparator.<JsonNode>comparingInt(
                        column -> column.path("priority").asInt())
                .thenComparingInt(column -> {
                    var at = order.indexOf(column.path("name").asText());
                    return at < 0 ? order.size() : at;
                }));
        columns.removeAll();
        sorted.forEach(columns::add);
    }

    private static void finishSchema(ObjectNode schema, String name) {
        once(schema.path("x-kubernetes-validations"));
        bounds(schema, "minimum");
        bounds(schema, "maximum");
        if (schema.path("x-kubernetes-int-or-string").asBoolean()) {
            schema.put("pattern", QUANTITY).put("maxLength", 20);
        }
        if (name.endsWith("RequestedAt")) {
            // With a format, the API server would take a list for a string.
            schema.put("pattern", TIME);
        } else if (name.equals("lastTransitionTime") || name.endsWith("At") || name.equals("at")) {
            schema.put("format", "date-time");
        }
        if (schema.get("items") instanceof ObjectNode items) {
            listType(schema, items, name);
            finishSchema(items, "");
        }
        if (schema.get("additionalProperties") instanceof ObjectNode values) {
            schema.put("x-kubernetes-map-type", "atomic");
            labelKeys(schema, name);
            labelValue(values);
        }
        if (schema.get("properties") instanceof ObjectNode properties) {
            for (var property : properties.properties()) {
                if (property.getValue() instanceof ObjectNode object && !isMetadata(property.getKey(), object)) {
                    finishSchema(object, property.getKey());
                }
            }
        }
    }

    private static boolean isMetadata(String name, ObjectNode schema) {
        return name.equals("metadata") && schema.size() == 1;
    }

    /** A record's annotation stands on the field and on its accessor, so the generator sees each rule twice. */
    private static void once(JsonNode rules) {
        if (rules instanceof ArrayNode array) {
            var distinct = new LinkedHashSet<JsonNode>();
            array.forEach(distinct::add);
            array.removeAll().addAll(distinct);
        }
    }

    private static void bounds(ObjectNode schema, String bound) {
        if (schema.path(bound).isNumber()) {
            schema.put(bound, schema.path(bound).asLong());
        }
    }

    /**
     * A schema cannot bound a map's keys, and no reader of machines may meet one without bounds. A key that no label
     * has would be refused only when the reservation pod is created.
     */
    private static void labelKeys(ObjectNode map, String name) {
        var rules = map.putArray("x-kubernetes-validations");
        rules.addObject()
                .put("message", name + ": a key has more than 317 characters; use the name of a label")
                .put("rule", "self.all(key, key.size() <= 317)");
        rules.addObject()
                .put(
                        "messageExpression",
                        "'%s: key \"' + self.filter(k, !(%s))[0] + '\"%s'".formatted(name, LABEL_KEY, WHAT_A_KEY_IS))
                .put("rule", "self.all(k, %s)".formatted(LABEL_KEY));
    }

    private static void labelValue(ObjectNode values) {
        values.put("maxLength", 63).put("pattern", "^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$");
    }

    /** As in a Pod: their items have no key of their own. */
    private static final Set<String> ATOMIC = Set.of(
            "matchExpressions",
            "matchFields",
            "nodeSelectorTerms",
            "requiredDuringSchedulingIgnoredDuringExecution",
            "preferredDuringSchedulingIgnoredDuringExecution",
            "tolerations",
            "topologySpreadConstraints");

    /** Lists of things that have a key are maps by that key; lists of words are sets. */
    private static void listType(ObjectNode list, ObjectNode items, String name) {
        if (!list.has("maxItems")) {
            list.put("maxItems", MAX_NAMED);
        }
        if (ATOMIC.contains(name)) {
            list.put("x-kubernetes-list-type", "atomic");
            return;
        }
        if (!items.path("type").asText().equals("object")) {
            // The arguments of a command may be alike.
            list.put("x-kubernetes-list-type", name.equals("command") ? "atomic" : "set");
            return;
        }
        var key = List.of(
                        "name",
                        "nodeName",
                        "type",
                        "uid",
                        "uri",
                        "field",
                        "path",
                        "mountPoint",
                        "cidr",
                        "id",
                        "pageSize")
                .stream()
                .filter(candidate -> requires(items, candidate))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("list " + name + ": its items have no key"));
        list.put("x-kubernetes-list-type", "map")
                .putArray("x-kubernetes-list-map-keys")
                .add(key);
    }

    private static boolean requires(ObjectNode items, String key) {
        for (JsonNode required : items.path("required")) {
            if (required.asText().equals(key)) {
                return true;
            }
        }
        return false;
    }
}
