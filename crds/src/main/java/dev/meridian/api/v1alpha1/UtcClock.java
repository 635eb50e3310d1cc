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
                value = "self >= -2147480000 && self <= 2147480000",
                messageExpression =
                        "'spec.clock.utc.offsetSeconds: %d is out of range; QEMU keeps offsets from -2147480000 to 2147480000"
                                + " only'.format([self])")
        @Nullable
        Long offsetSeconds) {}
