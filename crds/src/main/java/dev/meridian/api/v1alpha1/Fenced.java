package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** Somebody's word that the node is powered off and stays so. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Fenced(
        @JsonPropertyDescription("Who says it.") @Required @Size(min = 1, max = 253)
        String by,

        @JsonPropertyDescription("Since when it is off.") @Size(max = 40) @Nullable
        String since) {}
