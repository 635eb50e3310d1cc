package dev.meridian.api.v1alpha1;

import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/** Nodes of which all of these are true. */
public record NodeSelectorTerm(
        @Required @Size(min = 1, max = 16) List<NodeSelectorRequirement> matchExpressions) {}
