package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** On which nodes a machine may be, and on which it would better be. */
public record NodeAffinity(
        @JsonPropertyDescription("It is placed on no others.") @Nullable
        NodeSelector requiredDuringSchedulingIgnoredDuringExecution,

        @JsonPropertyDescription("It is placed there before others.") @Size(max = 16) @Nullable
        List<PreferredSchedulingTerm> preferredDuringSchedulingIgnoredDuringExecution) {}
