package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Places where there are certain pods: those that hold room for machines carry their machines' labels. */
@ValidationRule(
        value = "has(self.labelSelector) || !has(self.matchLabelKeys) && !has(self.mismatchLabelKeys)",
        message = "spec.affinity: matchLabelKeys and mismatchLabelKeys add to a labelSelector; give one")
public record PodAffinityTerm(
        @JsonPropertyDescription("Which pods; none, when left out.") @Nullable
        LabelSelector labelSelector,

        @JsonPropertyDescription(
                "Of which namespaces beside namespaceSelector's; the machine's own, when neither is given.")
        @Size(max = 32)
        @Nullable
        List<@Size(max = 63) @Pattern("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$") String> namespaces,

        @JsonPropertyDescription("Of which namespaces, by labels; {} is every one.") @Nullable
        LabelSelector namespaceSelector,

        @JsonPropertyDescription(
                "Labels whose values the pods share with the machine, added to labelSelector when its pod is made.")
        @Size(max = 16)
        @Nullable
        List<@Pattern(LabelSelectorRequirement.KEY) @Size(max = 317) String> matchLabelKeys,

        @JsonPropertyDescription("Likewise, whose values they do not share.") @Size(max = 16) @Nullable
        List<@Pattern(LabelSelectorRequirement.KEY) @Size(max = 317) String> mismatchLabelKeys,

        @JsonPropertyDescription("Label of nodes: those with the same value are one place.")
        @Required
        @Pattern(LabelSelectorRequirement.KEY)
        @Size(max = 317)
        String topologyKey) {}
