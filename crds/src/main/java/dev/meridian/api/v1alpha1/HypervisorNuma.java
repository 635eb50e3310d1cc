package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A NUMA node of a node. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record HypervisorNuma(
        @JsonPropertyDescription("Its number.") @Required Integer id,

        @JsonPropertyDescription("Its CPUs that are online, such as 0-3,8; left out of one that has memory alone.")
        @Size(max = 4096)
        @Nullable
        String cpus,

        @Required Quantity memory,

        @Size(max = 16) List<HypervisorHugepages> hugepages) {
    public HypervisorNuma {
        hugepages = hugepages == null ? List.of() : List.copyOf(hugepages);
    }
}
