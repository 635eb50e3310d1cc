package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** An Open vSwitch bridge of the nodes, which an administrator has made and a HypervisorPolicy opens. */
public record OpenvswitchNetwork(
        @JsonPropertyDescription("The bridge's name on the nodes.")
        @Required
        @Pattern("^[A-Za-z0-9][A-Za-z0-9._-]*$")
        @Size(max = 15)
        String bridge) {}
