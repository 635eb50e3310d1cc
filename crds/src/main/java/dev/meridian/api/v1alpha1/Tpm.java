package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** An emulated TPM 2.0. */
public record Tpm(
        @JsonPropertyDescription("What the guest seals in it outlives the machine's stops; the node keeps it.")
        @ValidationRule(
                value = "self",
                message = "spec.tpm.persistent: false is not offered; a machine's TPM is kept until it is deleted")
        @Nullable
        Boolean persistent) {}
