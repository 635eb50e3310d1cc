package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import org.jspecify.annotations.Nullable;

/** The guest's real-time clock and its timers. */
public record Clock(
        @JsonPropertyDescription("The real-time clock starts at the host's UTC plus an offset.")
        @Default("{}")
        @Nullable
        UtcClock utc,

        @JsonPropertyDescription("Whether what the guest did to its real-time clock is kept over a cold start."
                + " false: each start begins with the offset given here.")
        @Default("true")
        @Nullable
        Boolean persist,

        @JsonPropertyDescription("Timers that differ from the driver's defaults.") @Nullable
        Timers timer) {}
