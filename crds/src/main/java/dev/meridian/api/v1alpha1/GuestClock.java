package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** The clock of the guest's operating system, as its guest agent told it. Told anew when it has moved. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record GuestClock(
        @JsonPropertyDescription("Guest operating system's clock minus host UTC at observedAt.") @Required
        Long offsetMillis,

        @JsonPropertyDescription("Strict bound of the offset's error: half of the answer's round trip.") @Required
        Long errorMillis,

        @JsonPropertyDescription(
                "How much the guest's clock gains on the host's, in parts per billion; absent while that is less than the"
                        + " error.")
        @Nullable
        Long driftPpb,

        @Required @Size(max = 40) String observedAt,

        @JsonPropertyDescription("When spec.clock.guestSync last set it.") @Size(max = 40) @Nullable
        String setAt,

        @JsonPropertyDescription("By how much it was set then.") @Nullable
        Long setByMillis) {}
