package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import org.jspecify.annotations.Nullable;

/** How the clock of the guest's operating system is kept beside the host's, by its guest agent. */
public record GuestSync(
        @JsonPropertyDescription("When it is set: to the host's time plus the machine's offset.")
        @Default("Never")
        @Nullable
        GuestSyncPolicy policy,

        @JsonPropertyDescription("How far off it may be.") @Default("500") @Min(50) @Max(86_400_000) @Nullable
        Long thresholdMillis) {}
