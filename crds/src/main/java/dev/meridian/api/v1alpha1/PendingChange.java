package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** A change of the spec that the running guest does not have yet. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PendingChange(
        @Required @Size(max = 253) String field,

        @JsonPropertyDescription("As the spec says, in JSON; absent when the field was removed.")
        @Size(max = 1024)
        @Nullable
        String desired,

        @JsonPropertyDescription("As the guest runs, in JSON; absent when the field was added.")
        @Size(max = 1024)
        @Nullable
        String running,

        @Required @Size(max = 63) String reason) {}
