package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;

/** What machines of a class have in common. Counts from a machine's next reservation on. */
public record VirtualMachineClassSpec(
        @JsonPropertyDescription("What virtual CPUs take of the node's.") @Required
        ClassCpu cpu) {}
