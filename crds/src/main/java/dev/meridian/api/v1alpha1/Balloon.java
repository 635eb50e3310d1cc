package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/** The virtio balloon, by which the guest gives memory back to its node. */
public record Balloon(
        @JsonPropertyDescription(
                "Whether the guest tells of memory that it does not use, as it frees it. Left out: yes.")
        @Nullable
        Boolean freePageReporting) {}
