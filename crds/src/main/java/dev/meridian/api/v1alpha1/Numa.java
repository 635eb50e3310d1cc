package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;

/** The NUMA nodes that the guest sees. */
public record Numa(
        @JsonPropertyDescription("How many; sockets go to them in turn, and each has the same share of memory.guest.")
        @Required
        @Min(1)
        @Max(128)
        Integer cells) {
    /** Linux takes no notice of a smaller NUMA node's memory. */
    public static final String LEAST = "4Mi";
}
