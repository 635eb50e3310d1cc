package dev.meridian.domain.clock;

import java.time.Duration;
import java.time.Instant;

/** Whether the host's clock was stepped under a running guest, which the guest's operating system did not notice. */
public sealed interface HostStep {
    /** The agent has not watched since the guest booted. */
    record Unknown() implements HostStep {}

    /** Not since the guest booted, or the guest's clock has been seen right again. */
    record None() implements HostStep {}

    /** @param at by the host's clock after it */
    record Stepped(Instant at, Duration by) implements HostStep {}
}
