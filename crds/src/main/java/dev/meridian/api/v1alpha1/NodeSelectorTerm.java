package dev.meridian.api.v1alpha1;

import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Nodes of which all of these are true. */
@ValidationRule(
        value = "has(self.matchExpressions) || has(self.matchFields)",
        message = "spec.affinity.nodeAffinity: a term without matchExpressions and matchFields; give one of them")
public record NodeSelectorTerm(
        @Size(min = 1, max = 16) @Nullable List<NodeSelectorRequirement> matchExpressions,
        @Size(min = 1, max = 16) @Nullable List<NodeFieldRequirement> matchFields) {}
