package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** An image on a node; written by the node's agent. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ImageNode(
        @Required @Size(max = 253) String name,
        @Required ImageNodeState state,

        @JsonPropertyDescription("How much of it the node has, while it fetches.") @Nullable
        Integer progressPercent,

        @JsonPropertyDescription("The spec that the state is of.") @Nullable
        Long observedGeneration,

        @Size(max = 1024) @Nullable String message) {}
