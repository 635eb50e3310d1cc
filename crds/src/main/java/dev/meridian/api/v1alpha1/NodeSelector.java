package dev.meridian.api.v1alpha1;

import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/** Nodes of which one of these terms is true. */
public record NodeSelector(
        @Required @Size(min = 1, max = 16) List<NodeSelectorTerm> nodeSelectorTerms) {}
