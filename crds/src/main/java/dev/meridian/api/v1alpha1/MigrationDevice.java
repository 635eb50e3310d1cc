package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.Quantity;
import org.jspecify.annotations.Nullable;

/** A block device that a node has for the claim of a disk. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record MigrationDevice(
        @JsonPropertyDescription("The disk's.") @Required @Size(max = 63)
        String name,

        @JsonPropertyDescription("Where the node has it.")
        @Required
        @Pattern("^/dev(/[A-Za-z0-9_:+-][A-Za-z0-9._:+-]*)+$")
        @Size(max = 255)
        String path,

        @Required Quantity capacity,

        @JsonPropertyDescription(
                "What it is, where the node's kernel knows that: another node has the same device if it says the same of it.")
        @Size(max = 1024)
        @Nullable
        String identity) {}
