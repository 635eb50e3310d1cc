package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** A verb that had no effect. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record IgnoredVerb(
        @Required @Size(max = 63) String verb,
        @Required @Size(max = 40) String requestedAt,
        @Required @Size(max = 1024) String message) {}
