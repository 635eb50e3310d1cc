package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** How good a node's own clock is, to which all offsets of its guests are related. */
public record HypervisorClock(
        @JsonPropertyDescription("Whether the kernel says that something keeps the clock (adjtimex: not STA_UNSYNC).")
        @JsonProperty("synchronized")
        @Required
        Boolean isSynchronized,

        @JsonPropertyDescription(
                "The kernel's bound of the clock's error (adjtimex: maxerror), as the next of 10, 100, 1000"
                        + " and 16000; 16000 is the kernel's most.")
        @Required
        Long maxErrorMillis,

        @JsonPropertyDescription("The kernel's clock source, such as tsc or kvm-clock.") @Size(max = 63) @Nullable
        String source) {}
