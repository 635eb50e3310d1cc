package dev.meridian.api.v1alpha1;

import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** The real-time clock as a timer. */
@ValidationRule(
        value = "!has(self.tickPolicy) || self.tickPolicy in ['Delay', 'CatchUp']",
        messageExpression =
                "'spec.clock.timer.rtc.tickPolicy: ' + self.tickPolicy + ' is not offered; use Delay or CatchUp'")
public record RtcTimer(
        @Nullable TickPolicy tickPolicy, @Nullable RtcTrack track) {}
