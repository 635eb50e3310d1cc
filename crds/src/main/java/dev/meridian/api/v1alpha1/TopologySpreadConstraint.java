package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How evenly machines are spread over places, as in a Pod. */
@ValidationRule(
        value = "!has(self.minDomains) || self.whenUnsatisfiable == 'DoNotSchedule'",
        message = "topologySpreadConstraints: minDomains is for whenUnsatisfiable DoNotSchedule; leave it out")
@ValidationRule(
        value = "has(self.labelSelector) || !has(self.matchLabelKeys)",
        message = "topologySpreadConstraints: matchLabelKeys add to a labelSelector; give one")
public record TopologySpreadConstraint(
        @JsonPropertyDescription("By how many one place may have more than another.") @Required @Min(1) @Max(2147483647)
        Integer maxSkew,

        @JsonPropertyDescription("Label of nodes: those with the same value are one place.")
        @Required
        @Pattern(LabelSelectorRequirement.KEY)
        @Size(max = 317)
        String topologyKey,

        @Required WhenUnsatisfiable whenUnsatisfiable,

        @JsonPropertyDescription(
                "Which pods are counted: those that hold room for machines carry their machines' labels.")
        @Nullable
        LabelSelector labelSelector,

        @JsonPropertyDescription(
                "Labels whose values the pods share with the machine, added to labelSelector when its pod is made.")
        @Size(max = 16)
        @Nullable
        List<@Pattern(LabelSelectorRequirement.KEY) @Size(max = 317) String> matchLabelKeys,

        @JsonPropertyDescription("How many places there are to be at least.") @Min(1) @Max(2147483647) @Nullable
        Integer minDomains,

        @JsonPropertyDescription("nodeSelector and nodeAffinity: Honor when left out.") @Nullable
        NodeInclusionPolicy nodeAffinityPolicy,

        @JsonPropertyDescription("Taints: Ignore when left out.") @Nullable
        NodeInclusionPolicy nodeTaintsPolicy) {}
