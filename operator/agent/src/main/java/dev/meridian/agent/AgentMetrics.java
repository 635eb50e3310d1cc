package dev.meridian.agent;

import dev.meridian.api.v1alpha1.ClockSource;
import dev.meridian.domain.clock.GuestReading;
import dev.meridian.domain.machine.Identity;
import dev.meridian.domain.metadata.ClockReading;
import dev.meridian.josdk.Durations;
import dev.meridian.josdk.ReconcilerMeter;
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
 * @param machines how many machines the node has, with or without a domain
 * @param clockChanges how often the offset that is believed of a guest's clock became another, by where that was read
 * @param clocks of machines whose domain is here
 * @param figures of machines whose domain is here; empty when libvirt is away or did not answer in time
 * @param loops what its reconcilers do, by their names
 * @param libvirt its calls of libvirt's functions, by their names
 * @param migrations of machines that left the node as they ran
 */
public record AgentMetrics(
        boolean libvirtConnected,
        int libvirtCallsStuck,
        boolean hostClockSynchronized,
        double hostClockMaxErrorSeconds,
        Map<ClockSource, Long> clockChanges,
        int machines,
        List<Machine> clocks,
        Optional<List<MachineFigures>> figures,
        Map<String, ReconcilerMeter.Counted> loops,
        Map<String, LibvirtFunction> libvirt,
        Migrations migrations) {
    /**
     * A machine whose domain is here.
     *
     * @param clock the guest's real-time clock as believed
     * @param guest the clock of the guest's operating system, as its agent last told it
     * @param wanted where that belongs: guest minus host UTC
     */
    public record Machine(
            Identity identity, ClockReading clock, Optional<GuestReading> guest, Optional<Duration> wanted) {}

    /** Calls of one function, and what came of those that failed, by the name of libvirt's error. */
    public record LibvirtFunction(Durations.Counted durations, Map<String, Long> errors) {}

    /**
     * Machines that left as they ran.
     *
     * @param running how many do now
     * @param succeeded how many are elsewhere
     * @param failed how many did not get there, those that were given up too
     * @param bytes what was sent of those that succeeded
     * @param durations of those
     * @param downtimes for how long their guests stood still
     */
    public record Migrations(
            int running,
            long succeeded,
            long failed,
            long bytes,
            Durations.Counted durations,
            Durations.Counted downtimes) {}
}
