package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is known of a network: conditions by the controller, each node's line by its agent. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record VirtualMachineNetworkStatus(
        @Nullable Long observedGeneration,

        @JsonPropertyDescription("The nodes that have had a machine on it.") @Size(max = 5000)
        List<NetworkNode> nodes,

        List<Condition> conditions) {
    public VirtualMachineNetworkStatus {
        nodes = nodes == null ? List.of() : List.copyOf(nodes);
        conditions = conditions == null ? List.of() : List.copyOf(conditions);
    }
}
