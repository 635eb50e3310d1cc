package dev.meridian.api.v1alpha1;

import io.fabric8.generator.annotation.Required;

/** The virtio random number generator, fed by the node's. */
public record Rng(@Required Boolean present) {}
