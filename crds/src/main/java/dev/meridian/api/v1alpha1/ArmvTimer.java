package dev.meridian.api.v1alpha1;

import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.ValidationRule;

/** The virtual timer of ARM's generic timer. */
@ValidationRule(
        value = "self.tickPolicy in ['Delay', 'Discard']",
        messageExpression = "'spec.clock.timer.armvtimer.tickPolicy: ' + self.tickPolicy"
                + " + ' is not offered; use Delay or Discard'")
public record ArmvTimer(@Required TickPolicy tickPolicy) {}
