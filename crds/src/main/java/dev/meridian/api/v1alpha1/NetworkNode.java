package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** A network on one of its nodes. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record NetworkNode(
        @Required @Size(max = 253) String name,
        @Required NetworkNodeState state,

        @Size(max = 1024) @Nullable String message) {}
