package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** Huge pages of one size. */
public record HypervisorHugepages(
        @JsonPropertyDescription("As spec.memory.hugepages.pageSize of a machine names it, such as 2Mi.")
        @Required
        @Size(max = 20)
        String pageSize,

        @JsonPropertyDescription("How many there are, whoever has them.") @Required
        Long count) {}
