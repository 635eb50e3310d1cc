package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** How the machine last ended. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record LastStop(
        @Required @Size(max = 63) String reason,
        @Required @Size(max = 40) String at,
        @Size(max = 4096) @Nullable String message) {}
