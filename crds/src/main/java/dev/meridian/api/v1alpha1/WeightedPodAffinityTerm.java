package dev.meridian.api.v1alpha1;

import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;

/** Places that are better than others, or worse. */
public record WeightedPodAffinityTerm(
        @Required @Min(1) @Max(100) Integer weight,
        @Required PodAffinityTerm podAffinityTerm) {}
