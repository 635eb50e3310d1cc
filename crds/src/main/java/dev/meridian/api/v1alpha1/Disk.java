package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** A disk; one source each. */
public record Disk(
        @Required @Pattern("^[a-z0-9]([a-z0-9-]*[a-z0-9])?$") @Size(max = 63)
        String name,

        @JsonPropertyDescription("A file on the node.") @Required
        HostPathDisk hostPath,

        @Default("virtio") @Nullable DiskBus bus,
        @Default("false") @Nullable Boolean readOnly) {}
