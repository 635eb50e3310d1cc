package dev.meridian.api.v1alpha1;

import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** The programmable interval timer. */
@ValidationRule(
        value = "!has(self.tickPolicy) || self.tickPolicy in ['Delay', 'Discard']",
        messageExpression =
                "'spec.clock.timer.pit.tickPolicy: ' + self.tickPolicy + ' is not offered; use Delay or Discard'")
public record PitTimer(@Nullable TickPolicy tickPolicy) {}
