package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** A node on which the machine was given up, because the node was proven dead. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record FencedNode(
        @Required @Size(max = 253) String nodeName,

        @JsonPropertyDescription("The machine's reservation at that time.") @Nullable
        Long attempt,

        @JsonPropertyDescription("When it was given up.") @Required @Size(max = 40)
        String at,

        @JsonPropertyDescription("Who or what says that the node is dead.") @Size(max = 1024) @Nullable
        String by) {}
