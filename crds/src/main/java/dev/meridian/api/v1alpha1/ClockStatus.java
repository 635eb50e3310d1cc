package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** The guest's real-time clock as last seen. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ClockStatus(
        @JsonPropertyDescription("Guest real-time clock minus host UTC, in seconds (+-2).") @Required
        Long rtcOffsetSeconds,

        @JsonPropertyDescription("Where the offset was read.") @Required
        ClockSource source,

        @Required @Size(max = 40) String observedAt,

        @JsonPropertyDescription("false when a change may have been missed.") @Required
        Boolean certain,

        @JsonPropertyDescription("The clock of the guest's operating system, where its guest agent answers.") @Nullable
        GuestClock guest) {}
