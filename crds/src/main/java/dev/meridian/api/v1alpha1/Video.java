package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/** The graphics card. */
public record Video(
        @JsonPropertyDescription("vga if left out.") @Nullable
        VideoModel model) {}
