package dev.meridian.domain.metadata;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.meridian.api.v1alpha1.VirtualMachineSpec;

/** The machine document as text and back: one line of JSON in ASCII, so that no XML parser can alter it. */
public final class MachineDocuments {
    /** A document that cannot be read any more would make its domain a foreign one. */
    private static final StreamReadConstraints READS_WHAT_IT_WROTE = StreamReadConstraints.builder()
            .maxNameLength(StreamReadConstraints.DEFAULT_MAX_STRING_LEN)
            .build();

    private static final ObjectMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(READS_WHAT_IT_WROTE)
                    .build())
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL))
            .build();

    /** What a text turned out to be. */
    public sealed interface Parsed {
        record Document(MachineDocument document) implements Parsed {}

        /** Written by a later version, which alone may change it. */
        record NewerFormat(int format) implements Parsed {}

        record Unreadable(String why) implements Parsed {}
    }

    private MachineDocuments() {}

    /** A spec as the document holds it. */
    public static JsonNode tree(VirtualMachineSpec spec) {
        return JSON.valueToTree(spec);
    }

    public static String write(MachineDocument document) {
        try {
            return JSON.writeValueAsString(document);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a machine document that cannot be written: " + document.object(), e);
        }
    }

    public static Parsed read(String text) {
        try {
            var tree = JSON.readTree(text);
            var format = tree.path("format").asInt(0);
            if (format > MachineDocument.FORMAT) {
                return new Parsed.NewerFormat(format);
            }
            return new Parsed.Document(JSON.treeToValue(tree, MachineDocument.class));
        } catch (JsonProcessingException | IllegalArgumentException e) {
            return new Parsed.Unreadable(String.valueOf(e.getMessage()));
        }
    }
}
