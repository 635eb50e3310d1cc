package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;

/** What the virtual CPUs of a class take of their node's. */
public record ClassCpu(
        @JsonPropertyDescription(
                "How many virtual CPUs share a CPU of the node: a reservation asks for the whole part of it, in thousandths,"
                        + " for each. Not of machines with dedicatedCpuPlacement, which have whole ones.")
        @Required
        @Min(1)
        @Max(1000)
        Integer allocationRatio) {}
