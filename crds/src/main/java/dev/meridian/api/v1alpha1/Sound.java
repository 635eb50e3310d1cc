package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/** A sound card: heard over SPICE, by nobody else. */
public record Sound(
        @JsonPropertyDescription("ich9 if left out.") @Nullable
        SoundModel model) {}
