package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/** A watchdog, which acts when the guest that has started it does not feed it any more. */
public record Watchdog(
        @JsonPropertyDescription("i6300esb if left out.") @Nullable
        WatchdogModel model,

        @JsonPropertyDescription("What it does then; Reset if left out.") @Nullable
        WatchdogAction action) {}
