package dev.meridian.agent;

import dev.meridian.api.v1alpha1.ClockSource;
import dev.meridian.domain.clock.GuestReading;
import dev.meridian.domain.machine.Identity;
import dev.meridian.domain.metadata.ClockReading;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an agent measures of itself, its node and its machines, at one moment.
 *
 * @param libvirtConnected there is a session with the node's libvirt
 * @param libvirtCallsStuck calls to libvirt that are past their deadline and not back
 * @param hostClockSynchronized something keeps the node's clock
 * @param hostClockMaxErrorSeconds how far the node's clock may be off, as its kernel holds it
 * @param clockChanges how often the offset that is believed of a guest's clock became another, by where that was read
 * @param machines those whose domain is here
 */
public record AgentMetrics(
        boolean libvirtConnected,
        int libvirtCallsStuck,
        boolean hostClockSynchronized,
        double hostClockMaxErrorSeconds,
        Map<ClockSource, Long> clockChanges,
        List<Machine> machines) {
    /**
     * A machine whose domain is here.
     *
     * @param clock the guest's real-time clock as believed
     * @param guest the clock of the guest's operating system, as its agent last told it
     * @param wanted where that belongs: guest minus host UTC
     */
    public record Machine(
            Identity identity, ClockReading clock, Optional<GuestReading> guest, Optional<Duration> wanted) {}
}
