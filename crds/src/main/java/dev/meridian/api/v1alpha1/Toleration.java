package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** Taints of nodes in spite of which a machine is placed there, as in a Pod. */
@ValidationRule(
        value = "has(self.key) || has(self.operator) && self.operator == 'Exists'",
        message = "tolerations: without key all taints are meant; say so by operator Exists, or give key")
@ValidationRule(
        value = "!has(self.value) || !has(self.operator) || self.operator == 'Equal'",
        message = "tolerations: operator Exists takes any value; leave value out, or give operator Equal")
@ValidationRule(
        value = "!has(self.tolerationSeconds) || has(self.effect) && self.effect == 'NoExecute'",
        message = "tolerations: tolerationSeconds is for effect NoExecute; leave it out, or give that effect")
public record Toleration(
        @JsonPropertyDescription("All taints when left out, with operator Exists.")
        @Pattern(LabelSelectorRequirement.KEY)
        @Size(max = 317)
        @Nullable
        String key,

        @JsonPropertyDescription("Equal when left out.") @Nullable
        TolerationOperator operator,

        @Pattern(LabelSelectorRequirement.VALUE) @Size(max = 63) @Nullable
        String value,

        @JsonPropertyDescription("All when left out.") @Nullable
        TaintEffect effect,

        @JsonPropertyDescription("After that the machine is stopped softly and placed anew; never, when left out.")
        @Min(0)
        @Max(31536000)
        @Nullable
        Long tolerationSeconds) {}
