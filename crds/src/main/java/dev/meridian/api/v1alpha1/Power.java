package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** The machine's power. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Power(
        @Required PowerState state,

        @JsonPropertyDescription("Why the machine is in this state, as libvirt says.") @Size(max = 63) @Nullable
        String reason,

        @JsonPropertyDescription("When the guest was last started.") @Size(max = 40) @Nullable
        String startedAt,

        @JsonPropertyDescription("Starts beyond the first, in the life of the object.") @Nullable
        Long restarts,

        @Nullable LastStop lastStop,

        @JsonPropertyDescription("When the machine is started again, while it is backed off.") @Size(max = 40) @Nullable
        String nextStartAt,

        @JsonPropertyDescription("The last reboot of the guest that did not end its run.") @Nullable
        LastReboot lastReboot,

        @JsonPropertyDescription("When the guest's watchdog last fired.") @Size(max = 40) @Nullable
        String watchdogFiredAt,

        @JsonPropertyDescription("The verbs of spec.power that were acted on, or had no effect.") @Nullable
        PowerVerbs handled,

        @JsonPropertyDescription("The last verb that had no effect.") @Nullable
        IgnoredVerb ignored) {
    /** A machine that is off, of which no more is known. */
    public static Power off() {
        return new Power(PowerState.Off, null, null, null, null, null, null, null, null, null);
    }
}
