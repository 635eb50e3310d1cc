package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.Quantity;
import org.jspecify.annotations.Nullable;

/** How far libvirt is. Written by the agent of the node that the machine leaves, once a second at the most. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record MigrationProgress(
        @JsonPropertyDescription("Of memory and copied disks as they are now; it can fall while the guest writes.")
        @Nullable
        Integer percent,

        @JsonPropertyDescription("What is still to be copied.") @Nullable
        Quantity dataRemaining,

        @JsonPropertyDescription("How often all memory was gone through.") @Nullable
        Long iteration,

        @JsonPropertyDescription("For how long the guest stood still; until then, for how long it is expected to.")
        @Nullable
        Long downtimeMillis,

        @JsonPropertyDescription("How long libvirt has taken.") @Nullable
        Long elapsedMillis) {}
