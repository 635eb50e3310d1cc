package dev.meridian.domain.plan;

import com.fasterxml.jackson.databind.JsonNode;
import dev.meridian.api.v1alpha1.VirtualMachineSpec;
import dev.meridian.domain.metadata.MachineDocuments;
import dev.meridian.domain.xml.XmlText;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Texts of a spec that no definition can hold, whatever let them past the schema. */
final class SpecTexts {
    /** The schema's own bounds are narrower; what gets past them must still fit into messages and the document. */
    private static final int LONGEST = 4096;

    private SpecTexts() {}

    static Optional<Problem> firstProblem(VirtualMachineSpec spec) {
        return problems("spec", MachineDocuments.tree(spec)).findFirst();
    }

    private static Stream<Problem> problems(String field, JsonNode value) {
        if (value.isTextual()) {
            return problem(field, value.textValue()).stream();
        }
        if (value.isArray()) {
            return IntStream.range(0, value.size())
                    .boxed()
                    .flatMap(i -> problems("%s[%d]".formatted(field, i), value.get(i)));
        }
        return value.properties().stream()
                .flatMap(member -> problem(field, member.getKey())
                        .map(Stream::of)
                        .orElseGet(() -> problems(field + "." + member.getKey(), member.getValue())));
    }

    private static Optional<Problem> problem(String field, String text) {
        if (text.length() > LONGEST) {
            return Optional.of(new Problem(
                    "InvalidSpec",
                    "%s: %d characters are too many; use at most %d".formatted(field, text.length(), LONGEST)));
        }
        var forbidden = XmlText.forbiddenIn(text);
        return forbidden.isEmpty()
                ? Optional.empty()
                : Optional.of(new Problem(
                        "InvalidSpec",
                        "%s: character U+%04X cannot stand in a definition; take it out"
                                .formatted(field, forbidden.getAsInt())));
    }
}
