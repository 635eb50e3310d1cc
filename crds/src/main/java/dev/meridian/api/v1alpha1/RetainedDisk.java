package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.Quantity;
import org.jspecify.annotations.Nullable;

/** A disk that a node retained when its machine was deleted, and that no machine has. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RetainedDisk(
        @JsonPropertyDescription("What spec.disks.retained.name gives it to a machine by.") @Required @Size(max = 255)
        String name,

        @JsonPropertyDescription("Whose machines may have it.") @Required @Size(max = 63)
        String namespace,

        @JsonPropertyDescription("The machine that it was of.") @Size(max = 63) @Nullable
        String machine,

        @JsonPropertyDescription("The machine's uid.") @Size(max = 36) @Nullable
        String uid,

        @JsonPropertyDescription("The disk's name there.") @Size(max = 63) @Nullable
        String disk,

        @JsonPropertyDescription("What a guest sees.") @Nullable
        Quantity capacity,

        @JsonPropertyDescription("What it takes of the node.") @Nullable
        Quantity allocated,

        @Size(max = 40) @Nullable String retainedAt,

        @JsonPropertyDescription("Its file on the node.") @Required @Size(max = 1024)
        String path) {}
