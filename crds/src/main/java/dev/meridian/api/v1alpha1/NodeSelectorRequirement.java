package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a label of a node must be. */
public record NodeSelectorRequirement(
        @Required @Pattern(LabelSelectorRequirement.KEY) @Size(max = 317)
        String key,

        @Required NodeOperator operator,

        @JsonPropertyDescription(
                "With In and NotIn one at least, with Gt and Lt one whole number, with the others none.")
        @Size(max = 64)
        @Nullable
        List<@Pattern(LabelSelectorRequirement.VALUE) @Size(max = 63) String> values) {}
