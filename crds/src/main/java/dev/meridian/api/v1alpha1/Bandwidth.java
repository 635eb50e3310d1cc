package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/** Limits of what an interface carries. */
public record Bandwidth(
        @JsonPropertyDescription("To the guest.") @Nullable BandwidthLimit inbound,

        @JsonPropertyDescription("From the guest.") @Nullable
        BandwidthLimit outbound) {}
