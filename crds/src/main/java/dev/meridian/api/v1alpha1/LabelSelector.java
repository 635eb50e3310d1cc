package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Objects by their labels; all, when nothing is said. */
public record LabelSelector(
        @JsonPropertyDescription("Labels that they must carry.") @Size(max = 16) @Nullable
        Map<String, String> matchLabels,

        @Size(max = 16) @Nullable List<LabelSelectorRequirement> matchExpressions) {}
