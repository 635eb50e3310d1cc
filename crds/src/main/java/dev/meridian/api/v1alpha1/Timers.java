package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/** The guest's timers by libvirt's names. */
public record Timers(
        @Nullable RtcTimer rtc,
        @Nullable PitTimer pit,
        @Nullable PresenceTimer hpet,

        @JsonPropertyDescription("The paravirtual clock kvmclock.") @Nullable
        PresenceTimer kvm,

        @JsonPropertyDescription("The paravirtual clock of Hyper-V.") @Nullable
        PresenceTimer hyperv,

        @Nullable TscTimer tsc,
        @Nullable ArmvTimer armvtimer) {
    /** None is named. */
    public static final Timers NONE = new Timers(null, null, null, null, null, null, null);
}
