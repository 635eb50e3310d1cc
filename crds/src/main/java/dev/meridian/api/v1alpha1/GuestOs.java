package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** The guest's operating system. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record GuestOs(
        @JsonPropertyDescription("In os-release's words, such as debian.") @Size(max = 63) @Nullable
        String id,

        @Size(max = 127) @Nullable String name,
        @Size(max = 127) @Nullable String version,
        @Size(max = 127) @Nullable String prettyName,

        @JsonPropertyDescription("Release of the kernel.") @Size(max = 127) @Nullable
        String kernel,

        @JsonPropertyDescription("Architecture in the kernel's words, such as x86_64.") @Size(max = 63) @Nullable
        String machine) {}
