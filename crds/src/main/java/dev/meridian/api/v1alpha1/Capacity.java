package dev.meridian.api.v1alpha1;

import io.fabric8.generator.annotation.Required;
import io.fabric8.kubernetes.api.model.Quantity;

/** What a node has, by libvirt's count. */
public record Capacity(@Required Integer cpus, @Required Quantity memory) {}
