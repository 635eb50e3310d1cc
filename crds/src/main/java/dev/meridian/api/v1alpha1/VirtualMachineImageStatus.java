package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is known of an image; each node's agent writes its own entry of nodes. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record VirtualMachineImageStatus(
        @Nullable Long observedGeneration,

        @JsonPropertyDescription("Size of the image's file.") @Nullable
        Quantity size,

        @JsonPropertyDescription("Size of the disk that the guest sees.") @Nullable
        Quantity virtualSize,

        @JsonPropertyDescription("Digest of the image's file.") @Size(max = 135) @Nullable
        String checksum,

        @JsonPropertyDescription("Nodes that have it, fetch it, or failed to.") @Size(max = 10000)
        List<ImageNode> nodes,

        List<Condition> conditions) {
    /** Of an object that nobody has looked at. */
    public static final VirtualMachineImageStatus NONE =
            new VirtualMachineImageStatus(null, null, null, null, List.of(), List.of());

    public VirtualMachineImageStatus {
        nodes = nodes == null ? List.of() : List.copyOf(nodes);
        conditions = conditions == null ? List.of() : List.copyOf(conditions);
    }
}
