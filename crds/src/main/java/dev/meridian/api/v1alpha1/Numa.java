package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** The NUMA nodes that the guest sees. */
@ValidationRule(
        value = "has(self.cells) != has(self.guestMappingPassthrough)",
        message = "spec.cpu.numa: give one of cells and guestMappingPassthrough")
public record Numa(
        @JsonPropertyDescription("How many; sockets go to them in turn, and each has the same share of memory.guest.")
        @Min(1)
        @Max(128)
        @Nullable
        Integer cells,

        @JsonPropertyDescription(
                "They are those of the node on which the guest's own CPUs lie; each has its CPUs' share of memory.guest,"
                        + " and has it there. Takes dedicatedCpuPlacement and memory.hugepages.")
        @Nullable
        GuestMappingPassthrough guestMappingPassthrough) {
    /** Linux takes no notice of a smaller NUMA node's memory. */
    public static final String LEAST = "4Mi";
}
