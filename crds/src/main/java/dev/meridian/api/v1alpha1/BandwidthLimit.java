package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import org.jspecify.annotations.Nullable;

/** A limit in one direction, in libvirt's units of 1,000 bytes. */
public record BandwidthLimit(
        @JsonPropertyDescription("What may pass in the long run, in kilobytes a second.")
        @Required
        @Min(1)
        @Max(100000000)
        Integer averageKilobytesPerSecond,

        @JsonPropertyDescription("What may pass for a short time, in kilobytes a second.")
        @Min(1)
        @Max(100000000)
        @Nullable
        Integer peakKilobytesPerSecond,

        @JsonPropertyDescription("How much may pass at the peak, in kilobytes.") @Min(1) @Max(100000000) @Nullable
        Integer burstKilobytes) {}
