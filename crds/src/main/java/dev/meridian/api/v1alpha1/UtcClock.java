package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** A clock that starts at the host's UTC plus an offset. */
public record UtcClock(
        @JsonPropertyDescription("Seconds added to UTC. Beyond the bounds QEMU's clock wraps.")
        @Default("0")
        @ValidationRule(
                value = "self >= -" + UtcClock.LIMIT_SECONDS + " && self <= " + UtcClock.LIMIT_SECONDS,
                messageExpression = "'spec.clock.utc.offsetSeconds: %d is out of range; QEMU keeps offsets from -"
                        + UtcClock.LIMIT_SECONDS + " to " + UtcClock.LIMIT_SECONDS + " only'.format([self])")
        @Nullable
        Long offsetSeconds) {
    /** Beyond it QEMU's 32-bit offset wraps at a start. */
    public static final long LIMIT_SECONDS = 2_147_480_000L;
}
