package dev.meridian.api.v1alpha1;

import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;

/** Nodes that are better than others. */
public record PreferredSchedulingTerm(
        @Required @Min(1) @Max(100) Integer weight,
        @Required NodeSelectorTerm preference) {}
