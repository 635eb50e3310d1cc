package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A domain type of a driver on a node. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record DomainType(
        @Required HypervisorType type,
        @Size(max = 31) @Nullable String architecture,

        @JsonPropertyDescription("Machine types.") @Size(max = 256)
        List<@Size(max = 63) String> machines,

        @JsonPropertyDescription("CPU models that can be used.") @Size(max = 512)
        List<@Size(max = 63) String> cpuModels,

        @JsonPropertyDescription(
                "CPU features that a guest can be given, by libvirt's names; none where it does not tell.")
        @Size(max = 1024)
        List<@Size(max = 63) String> cpuFeatures) {
    public DomainType {
        machines = machines == null ? List.of() : List.copyOf(machines);
        cpuModels = cpuModels == null ? List.of() : List.copyOf(cpuModels);
        cpuFeatures = cpuFeatures == null ? List.of() : List.copyOf(cpuFeatures);
    }
}
