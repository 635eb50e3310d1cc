package dev.meridian.api.v1alpha1;

import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** A storage pool of a node's libvirt. */
public record HypervisorPool(
        @Required @Size(max = 253) String name, @Required Boolean active) {}
