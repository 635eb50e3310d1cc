package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/** Where a machine is placed, as in a Pod. */
public record Affinity(
        @JsonPropertyDescription("By the labels of nodes.") @Nullable
        NodeAffinity nodeAffinity,

        @JsonPropertyDescription("Near to other machines and pods.") @Nullable
        PodAffinity podAffinity,

        @JsonPropertyDescription("Far from other machines and pods.") @Nullable
        PodAffinity podAntiAffinity) {}
