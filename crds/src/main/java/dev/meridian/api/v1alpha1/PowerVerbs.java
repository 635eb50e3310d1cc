package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/**
 * Verbs as times: each acts once, when it is later than the one in status.power.handled. One that is there when the
 * machine is first seen is recorded and not acted on.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PowerVerbs(
        @JsonPropertyDescription("Start the machine (runStrategy RerunOnFailure or Manual).") @Size(max = 40) @Nullable
        String startRequestedAt,

        @JsonPropertyDescription("Stop the machine as stopMode says (runStrategy RerunOnFailure, Manual or Once).")
        @Size(max = 40)
        @Nullable
        String stopRequestedAt,

        @JsonPropertyDescription(
                "Stop the running machine as stopMode says, and start it again with all that was changed meanwhile.")
        @Size(max = 40)
        @Nullable
        String restartRequestedAt,

        @JsonPropertyDescription("Reset the running machine, as its reset button would.") @Size(max = 40) @Nullable
        String resetRequestedAt,

        @JsonPropertyDescription("Save the machine's memory on its node and stop it; its next start goes on from there"
                + " (runStrategy RerunOnFailure or Manual).")
        @Size(max = 40)
        @Nullable
        String hibernateRequestedAt) {
    /** None at all. */
    public static final PowerVerbs NONE = new PowerVerbs(null, null, null, null, null);
}
