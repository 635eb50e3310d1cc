package dev.meridian.domain.plan;

import dev.meridian.api.v1alpha1.LastStop;
import dev.meridian.domain.clock.ClockRules;
import dev.meridian.domain.metadata.MachineDocument;
import dev.meridian.domain.metadata.Run;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What an observation adds to the document of a machine. */
final class Remembering {
    private static final Duration STABLE = Duration.ofMinutes(10);

    private Remembering() {}

    static MachineDocument after(Observation.Present seen, Instant now) {
        var document = seen.document();
        return document.withClock(
                        ClockRules.observed(document.clock(), seen.rtcChange(), seen.liveClockAdjustment(), now))
                .withHardware(
                        seen.machineType().orElse(document.machineType()),
                        merged(document.addresses(), seen.addresses()))
                .withRun(run(seen, now))
                .withStopping(seen.power().isActive() ? document.stopping() : null);
    }

    /** A device keeps the address that it once had; a new one gets what libvirt assigned. */
    private static Map<String, Map<String, String>> merged(
            Map<String, Map<String, String>> known, Map<String, Map<String, String>> seen) {
        var all = new HashMap<>(seen);
        all.putAll(known);
        return all;
    }

    private static Run run(Observation.Present seen, Instant now) {
        var run = seen.document().run();
        return switch (run.phase()) {
            case Starting -> seen.power().isActive() ? with(run, Run.Phase.Started) : run;
            case Started -> seen.power().isActive() ? run : ended(seen, run, now);
            case Ended -> run;
        };
    }

    private static Run with(Run run, Run.Phase phase) {
        return new Run(phase, run.starts(), run.startedAt(), run.failures(), run.lastStop());
    }

    private static Run ended(Observation.Present seen, Run run, Instant now) {
        var requested = seen.document().stopping() != null;
        var stop = stop(seen.power(), requested, now);
        return new Run(Run.Phase.Ended, run.starts(), run.startedAt(), failures(run, requested, now), stop);
    }

    private static int failures(Run run, boolean requested, Instant now) {
        if (requested) {
            return 0;
        }
        var lasted = Optional.ofNullable(run.startedAt())
                .filter(start -> start.plus(STABLE).isBefore(now));
        return lasted.isPresent() ? 1 : run.failures() + 1;
    }

    private static LastStop stop(Observation.Power power, boolean requested, Instant now) {
        return switch (power.reason()) {
            case String _ when requested -> stop("Requested", "the machine was stopped as its spec says", now);
            case "SHUTDOWN" -> stop("GuestPowerOff", "the guest powered off", now);
            case "DESTROYED" -> stop("Destroyed", "somebody destroyed the domain through libvirt", now);
            case "CRASHED" -> stop("Crashed", "the hypervisor process or the guest crashed", now);
            case "FAILED" -> stop("Failed", "the hypervisor failed", now);
            case "SAVED" -> stop("Saved", "somebody saved the domain through libvirt", now);
            case "MIGRATED" -> stop("Migrated", "somebody migrated the domain through libvirt", now);
            case String reason ->
                stop("HostPowerOff", "the guest was gone when libvirt came back (%s)".formatted(reason), now);
        };
    }

    private static LastStop stop(String reason, String message, Instant at) {
        return new LastStop(reason, at.toString(), message);
    }
}
