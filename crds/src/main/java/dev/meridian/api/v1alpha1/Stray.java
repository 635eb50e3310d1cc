package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** A domain of this cluster that is not assigned to the node that has it. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Stray(
        @Required @Size(max = 36) String uid,
        @Size(max = 63) @Nullable String namespace,
        @Size(max = 253) @Nullable String name,
        @Size(max = 31) @Nullable String state) {}
