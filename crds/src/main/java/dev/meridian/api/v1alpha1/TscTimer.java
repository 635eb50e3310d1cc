package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.ValidationRule;

/** The time-stamp counter of an x86 CPU. */
public record TscTimer(
        @JsonPropertyDescription("Its frequency, as the guest is told it, in Hz.")
        @ValidationRule(
                value = "self >= " + TscTimer.LEAST_HERTZ + " && self <= " + TscTimer.MOST_HERTZ,
                messageExpression = "'spec.clock.timer.tsc.frequencyHertz: %d is out of range; give one from "
                        + TscTimer.LEAST_HERTZ + " to " + TscTimer.MOST_HERTZ
                        + " that the host has, or leave tsc out'.format([self])")
        @Required
        Long frequencyHertz) {
    /** QEMU counts in kHz: less is none. */
    public static final long LEAST_HERTZ = 1_000L;

    /** The kernel counts kHz in 32 bits: more wraps. */
    public static final long MOST_HERTZ = 4_294_967_295_000L;
}
