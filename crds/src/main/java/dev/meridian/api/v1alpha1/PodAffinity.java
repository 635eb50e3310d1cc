package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** To which pods a machine is near, or from which it is far. */
public record PodAffinity(
        @JsonPropertyDescription("It is placed nowhere else.") @Size(max = 8) @Nullable
        List<PodAffinityTerm> requiredDuringSchedulingIgnoredDuringExecution,

        @JsonPropertyDescription("It is placed there before other places.") @Size(max = 8) @Nullable
        List<WeightedPodAffinityTerm> preferredDuringSchedulingIgnoredDuringExecution) {}
