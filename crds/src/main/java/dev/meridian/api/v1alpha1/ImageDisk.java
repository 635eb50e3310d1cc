package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** A disk that begins as an image. */
public record ImageDisk(
        @JsonPropertyDescription("A VirtualMachineImage of the machine's namespace.")
        @Required
        @Pattern("^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$")
        @Size(max = 253)
        String name,

        @JsonPropertyDescription("Overlay: only what the guest changes is kept, above the node's copy of the image."
                + " Copy: the machine has a whole copy.")
        @Default("Overlay")
        @Nullable
        ImageDiskMode mode) {}
