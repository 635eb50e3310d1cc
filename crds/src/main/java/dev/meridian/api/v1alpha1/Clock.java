package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** The guest's real-time clock and its timers: {@code utc}, {@code timezone} or {@code absolute}, else UTC. */
@ValidationRule(
        value = "[has(self.utc), has(self.timezone), has(self.absolute)].filter(given, given).size() <= 1",
        message = "spec.clock: give one of utc, timezone and absolute")
public record Clock(
        @JsonPropertyDescription("The real-time clock starts at the host's UTC plus an offset.") @Nullable
        UtcClock utc,

        @JsonPropertyDescription("The real-time clock starts at the local time of a zone of the IANA database, such as"
                + " Europe/Berlin, with the daylight-saving time that its rule has then. A guest that was not touched since"
                + " starts with the rule's offset of that day; one that set its clock keeps what it made of it.")
        @Pattern("^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9][A-Za-z0-9_+-]*)*$")
        @Size(max = 64)
        @Nullable
        String timezone,

        @JsonPropertyDescription("The real-time clock starts at a given time.") @Nullable
        AbsoluteClock absolute,

        @JsonPropertyDescription("Whether what the guest did to its real-time clock is kept over a cold start."
                + " false: each start begins with the offset given here.")
        @Default("true")
        @Nullable
        Boolean persist,

        @JsonPropertyDescription(
                "The timers that guests of a kind keep time best with, as far as the node has them."
                        + " Windows: with the enlightenments of Hyper-V, under KVM. A timer that stands in timer is as it says there.")
        @Nullable
        ClockPreset preset,

        @JsonPropertyDescription("Timers that differ from the preset's or, without one, from the driver's defaults.")
        @Nullable
        Timers timer,

        @JsonPropertyDescription("How the clock of the guest's operating system is kept, by its guest agent.") @Nullable
        GuestSync guestSync) {}
