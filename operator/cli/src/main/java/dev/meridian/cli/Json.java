package dev.meridian.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.util.Optional;

/** Objects as the API server has them: what this program does not know of them is kept. */
final class Json {
    /** A field or value of a later version is no failure. */
    private static final ObjectMapper TOLERANT = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.READ_UNKNOWN_ENUM_VALUES_AS_NULL)
            .build();

    private Json() {}

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    static Optional<JsonNode> parsed(String text) {
        try {
            return Optional.ofNullable(TOLERANT.readTree(text)).filter(node -> !node.isMissingNode());
        } catch (JsonProcessingException _) {
            return Optional.empty();
        }
    }

    /** A part of an object as a record; empty when the object has none. */
    static <T> Optional<T> value(JsonNode node, Class<T> type) {
        if (node.isMissingNode() || node.isNull()) {
            return Optional.empty();
        }
        try {
            return Optional.of(TOLERANT.treeToValue(node, type));
        } catch (JsonProcessingException e) {
            throw Failure.error(
                    "the server's %s cannot be read: %s".formatted(type.getSimpleName(), e.getOriginalMessage()));
        }
    }

    /** As kubectl prints it: indented by four. */
    static String json(JsonNode node) {
        var indenter = new DefaultIndenter("    ", "\n");
        var printer = new DefaultPrettyPrinter()
                .withObjectIndenter(indenter)
                .withArrayIndenter(indenter)
                .withSeparators(
                        Separators.createDefaultInstance().withObjectFieldValueSpacing(Separators.Spacing.AFTER));
        try {
            return TOLERANT.writer(printer).writeValueAsString(node) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    static String yaml(JsonNode node) {
        try {
            return Yaml.MAPPER.writeValueAsString(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** @param where whose text it is, for the failure */
    static JsonNode ofYaml(String text, String where) {
        try {
            return Yaml.MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw Failure.error("%s is no YAML: %s".formatted(where, e.getOriginalMessage()));
        }
    }

    /** Made when it is first wanted. */
    private static final class Yaml {
        private static final ObjectMapper MAPPER = YAMLMapper.builder()
                .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
                .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                .disable(YAMLGenerator.Feature.SPLIT_LINES)
                .build();
    }
}
