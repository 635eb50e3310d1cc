package dev.meridian.api.v1alpha1;

import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** A libvirt network of a node. */
public record HypervisorNetwork(
        @Required @Size(max = 253) String name, @Required Boolean active) {}
