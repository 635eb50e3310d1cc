package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/** A device by which the guest's kernel tells that it has panicked, which ends the machine's run. */
public record Panic(
        @JsonPropertyDescription("isa if left out.") @Nullable
        PanicModel model) {}
