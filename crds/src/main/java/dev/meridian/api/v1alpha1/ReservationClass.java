package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** A VirtualMachineClass as it was when room was reserved by it. */
public record ReservationClass(
        @Required @Size(max = 253) String name,

        @Required @Size(max = 63) String uid,

        @Required Long generation,

        @JsonPropertyDescription("How many virtual CPUs share a CPU.") @Required
        Integer cpuAllocationRatio) {}
