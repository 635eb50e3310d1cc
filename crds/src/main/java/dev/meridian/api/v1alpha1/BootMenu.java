package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import org.jspecify.annotations.Nullable;

/** The firmware's menu of what can be booted. */
public record BootMenu(
        @Required Boolean enabled,

        @JsonPropertyDescription("How long the firmware waits for a key. Left out: as long as it likes.")
        @Min(0)
        @Max(65535)
        @Nullable
        Integer timeoutMillis) {}
