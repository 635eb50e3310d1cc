package dev.meridian.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The reference of a kind, in Markdown, as its CRD has it. */
final class ApiPage {
    private final StringBuilder page = new StringBuilder();
    private final List<String> rules = new ArrayList<>();

    private ApiPage() {}

    static String of(JsonNode crd) {
        return new ApiPage().page(crd);
    }

    private String page(JsonNode crd) {
        var names = crd.at("/spec/names");
        var version = crd.at("/spec/versions/0");
        line("# " + names.path("kind").asText());
        line("");
        line("`apiVersion: %s/%s`, %s; `kubectl get %s`%s."
                .formatted(
                        crd.at("/spec/group").asText(),
                        version.path("name").asText(),
                        crd.at("/spec/scope").asText().equals("Namespaced")
                                ? "in a namespace"
                                : "of the cluster, in no namespace",
                        names.path("plural").asText(),
                        elements(names.path("shortNames"))
                                .map(name -> ", `%s`".formatted(name.asText()))
                                .collect(Collectors.joining())));
        for (var part : List.of("spec", "status")) {
            var schema = version.at("/schema/openAPIV3Schema/properties/" + part);
            if (schema.path("properties").isEmpty()) {
                continue;
            }
            line("");
            line("## " + part);
            line("");
            line("| field | type | default | bounds | what it is |");
            line("|---|---|---|---|---|");
            below(part, schema);
        }
        if (!rules.isEmpty()) {
            line("");
            line("## Rules");
            line("");
            line("What the API server refuses beside the bounds above, in the words in which it does:");
            line("");
            rules.forEach(this::line);
        }
        columns(version);
        selectors(version);
        return page.toString();
    }

    private void below(String path, JsonNode schema) {
        rules(path, schema);
        var required = elements(schema.path("required")).map(JsonNode::asText).toList();
        schema.path("properties")
                .properties()
                .forEach(field ->
                        field(path + "." + field.getKey(), field.getValue(), required.contains(field.getKey())));
    }

    private void field(String path, JsonNode schema, boolean isRequired) {
        var preset = schema.has("default")
                ? "`%s`".formatted(cell(schema.get("default").toString()))
                : "";
        line("| `%s` | %s | %s | %s | %s |"
                .formatted(
                        path,
                        type(schema),
                        isRequired ? "required" : preset,
                        bounds(schema),
                        text(schema.path("description").asText())));
        inside(path, schema);
    }

    /** What a list or a map holds has the path of each. */
    private void inside(String path, JsonNode schema) {
        if (schema.has("items")) {
            rules(path, schema);
            below(path + "[]", schema.get("items"));
        } else if (schema.path("additionalProperties").isObject()) {
            rules(path, schema);
            below(path + ".*", schema.get("additionalProperties"));
        } else {
            below(path, schema);
        }
    }

    private void rules(String path, JsonNode schema) {
        rules.addAll(elements(schema.path("x-kubernetes-validations"))
                .map(rule -> "* `%s`: %s".formatted(path, text(said(rule))))
                .toList());
    }

    private static String said(JsonNode rule) {
        return Stream.of("message", "messageExpression", "rule")
                .filter(rule::has)
                .map(key -> rule.path(key).asText())
                .findFirst()
                .orElseThrow();
    }

    private static String type(JsonNode schema) {
        if (schema.path("x-kubernetes-int-or-string").asBoolean()) {
            return schema.path("pattern").asText().contains("Ki") ? "quantity" : "integer or string";
        }
        if (schema.has("enum")) {
            return elements(schema.get("enum"))
                    .map(value -> "`%s`".formatted(value.asText()))
                    .collect(Collectors.joining(", "));
        }
        if (schema.has("items")) {
            return "list of " + type(schema.get("items")) + listed(schema);
        }
        if (schema.path("additionalProperties").isObject()) {
            return "map of " + type(schema.get("additionalProperties"));
        }
        var type = schema.path("type").asText("any");
        return schema.path("format").asText().equals("date-time") ? "time" : type;
    }

    private static String listed(JsonNode schema) {
        return switch (schema.path("x-kubernetes-list-type").asText()) {
            case "map" ->
                elements(schema.path("x-kubernetes-list-map-keys"))
                        .map(JsonNode::asText)
                        .collect(Collectors.joining("`, `", ", by `", "`"));
            case "set" -> ", no two alike";
            default -> "";
        };
    }

    /** Those of what a list or a map holds, too. */
    private static String bounds(JsonNode schema) {
        return Stream.of(
                        range(schema, "minimum", "maximum", ""),
                        range(schema, "minLength", "maxLength", " characters"),
                        range(schema, "minItems", "maxItems", " items"),
                        range(schema, "minProperties", "maxProperties", " entries"),
                        Optional.of(schema.path("pattern").asText())
                                .filter(pattern ->
                                        !pattern.isEmpty() && !type(schema).equals("quantity"))
                                .map(pattern -> "`%s`".formatted(cell(pattern))),
                        each(schema, "items"),
                        each(schema, "additionalProperties"))
                .flatMap(Optional::stream)
                .collect(Collectors.joining("; "));
    }

    private static Optional<String> each(JsonNode schema, String part) {
        return Optional.of(schema.path(part))
                .filter(JsonNode::isObject)
                .map(ApiPage::bounds)
                .filter(bounds -> !bounds.isEmpty())
                .map(bounds -> "each " + bounds);
    }

    private static Optional<String> range(JsonNode schema, String least, String most, String unit) {
        if (schema.has(least) && schema.has(most)) {
            return Optional.of(
                    schema.get(least).asText().equals(schema.get(most).asText())
                            ? "exactly " + schema.get(least).asText() + unit
                            : schema.get(least).asText() + " to "
                                    + schema.get(most).asText() + unit);
        }
        return Optional.of(schema)
                .filter(bounded -> bounded.has(least) || bounded.has(most))
                .map(bounded -> bounded.has(least)
                        ? "at least " + bounded.get(least).asText() + unit
                        : "at most " + bounded.get(most).asText() + unit);
    }

    private void columns(JsonNode version) {
        line("");
        line("## Columns of kubectl get");
        line("");
        line("| column | from | |");
        line("|---|---|---|");
        elements(version.path("additionalPrinterColumns"))
                .forEach(column -> line("| %s | `%s` | %s |"
                        .formatted(
                                column.path("name").asText(),
                                cell(column.path("jsonPath").asText()),
                                column.path("priority").asInt() > 0 ? "with `-o wide`" : "")));
    }

    private void selectors(JsonNode version) {
        var fields = elements(version.path("selectableFields"))
                .map(field -> "`%s`".formatted(field.path("jsonPath").asText().substring(1)))
                .collect(Collectors.joining(", "));
        if (!fields.isEmpty()) {
            line("");
            line("`--field-selector` takes %s.".formatted(fields));
        }
    }

    /** As Markdown, in a table, where nothing but what is between backquotes stays as it is. */
    private static String text(String words) {
        return cell(words).replace("<", "&lt;").replace("*", "\\*").replace("_", "\\_");
    }

    private static String cell(String words) {
        return words.strip().replaceAll("\\s+", " ").replace("|", "\\|");
    }

    private void line(String text) {
        page.append(text).append('\n');
    }

    private static Stream<JsonNode> elements(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }
}
