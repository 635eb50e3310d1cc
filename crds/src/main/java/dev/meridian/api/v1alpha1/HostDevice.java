package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** A device of the node that the guest has to itself. */
public record HostDevice(
        @JsonPropertyDescription("Its name among the machine's.")
        @Required
        @Pattern("^[a-z0-9]([a-z0-9-]*[a-z0-9])?$")
        @Size(max = 63)
        String name,

        @JsonPropertyDescription(
                "The name under which a HypervisorPolicy opens such devices; the machine gets one that is"
                        + " free on its node.")
        @Required
        @Pattern("^[a-z0-9]([a-z0-9./-]*[a-z0-9])?$")
        @Size(max = 128)
        String deviceName) {}
