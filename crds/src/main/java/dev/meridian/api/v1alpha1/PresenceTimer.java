package dev.meridian.api.v1alpha1;

import io.fabric8.generator.annotation.Required;

/** A timer that is there or not. */
public record PresenceTimer(@Required Boolean present) {}
