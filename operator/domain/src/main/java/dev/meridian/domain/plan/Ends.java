package dev.meridian.domain.plan;

import dev.meridian.api.v1alpha1.LastStop;
import dev.meridian.domain.guest.Probed;
import dev.meridian.domain.life.StopReason;
import dev.meridian.domain.metadata.MachineDocument;
import dev.meridian.domain.metadata.Run;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** How a run ended, by libvirt's word and by what we had begun. */
public final class Ends {
    private static final Duration STABLE = Duration.ofMinutes(10);
    /** Within which an end is the watchdog's. */
    private static final Duration ONE_END = Duration.ofSeconds(10);

    /** What libvirt says of an end that it saw; else it found the guest gone. */
    private static final Set<String> SEEN =
            Set.of("SHUTDOWN", "DESTROYED", "CRASHED", "PANICKED", "FAILED", "SAVED", "MIGRATED");

    private record End(StopReason reason, String message) {}

    private Ends() {}

    /** The run of a machine that was seen running and is off. */
    static Run after(Run run, Observation.Present seen, Situation s) {
        var end = end(run, seen, s);
        var stop = new LastStop(end.reason().name(), s.now().toString(), end.message());
        return run.ended(stop, failures(end.reason(), run, s));
    }

    static LastStop halted(Situation s) {
        var end = ours(StopReason.Halted);
        return new LastStop(end.reason().name(), s.now().toString(), end.message());
    }

    /** A start that was not begun, or came to nothing, and is no longer wished. */
    public static LastStop neverBegun(Situation s) {
        return new LastStop(
                StopReason.StopRequested.name(),
                s.now().toString(),
                "spec.power.stopRequestedAt came before the machine ran");
    }

    /** A node without power is no fault of the machine's. */
    private static int failures(StopReason reason, Run run, Situation s) {
        if (reason.isOurs()) {
            return 0;
        }
        if (reason == StopReason.HostPowerOff) {
            return run.failures();
        }
        var lasted = Optional.ofNullable(run.startedAt())
                .filter(start -> start.plus(STABLE).isBefore(s.now()));
        return lasted.isPresent() ? 1 : run.failures() + 1;
    }

    private static End end(Run run, Observation.Present seen, Situation s) {
        var stopping = Optional.ofNullable(seen.document().stopping()).map(MachineDocument.Stopping::reason);
        if (stopping.isPresent()) {
            return stopping.get() == StopReason.Unhealthy ? unhealthy(seen) : ours(stopping.get());
        }
        return switch (seen.power().reason()) {
            case "SHUTDOWN" -> new End(StopReason.GuestPowerOff, "the guest powered off");
            case "DESTROYED" -> new End(StopReason.Destroyed, "somebody destroyed the domain through libvirt");
            case "CRASHED", "PANICKED" -> crashed(run, s);
            case "FAILED" -> new End(StopReason.Failed, "the hypervisor failed");
            case "SAVED" -> new End(StopReason.Saved, "somebody saved the domain through libvirt");
            case "MIGRATED" -> new End(StopReason.Migrated, "somebody migrated the domain through libvirt");
            case String reason -> goneMeanwhile(seen, s, reason);
        };
    }

    private static End crashed(Run run, Situation s) {
        return new End(
                StopReason.Crashed,
                Optional.ofNullable(run.watchdogFiredAt())
                        .filter(fired -> fired.plus(ONE_END).isAfter(s.now()))
                        .map(_ -> "the guest's watchdog fired")
                        .orElse("the hypervisor process ended by itself, or the guest panicked"));
    }

    /** Whether the node has not been booted since the run began. */
    static boolean isOfThisBoot(Observation.Present seen, Situation s) {
        return s.host().bootId().equals(seen.document().run().bootId());
    }

    /** Whether libvirt itself did not see it end. */
    static boolean isWithoutLibvirt(Observation.Present seen) {
        return !SEEN.contains(seen.power().reason());
    }

    /** libvirt was away when it ended. */
    private static End goneMeanwhile(Observation.Present seen, Situation s, String reason) {
        return !isOfThisBoot(seen, s)
                ? new End(
                        StopReason.HostPowerOff,
                        "the guest was gone when libvirt came back after a boot of the node (%s)".formatted(reason))
                : new End(
                        StopReason.Crashed,
                        "the hypervisor process was gone when libvirt came back (%s)".formatted(reason));
    }

    /** In the words of the failure, where the agent has not begun anew since. */
    private static End unhealthy(Observation.Present seen) {
        var end = ours(StopReason.Unhealthy);
        return seen.report().liveness() instanceof Probed.Fails(var why)
                ? new End(end.reason(), end.message() + ": " + why)
                : end;
    }

    private static End ours(StopReason reason) {
        return new End(
                reason,
                switch (reason) {
                    case Halted -> "spec.runStrategy: Halted stopped the machine";
                    case StopRequested -> "spec.power.stopRequestedAt stopped the machine";
                    case RestartRequested -> "spec.power.restartRequestedAt stopped the machine, to start it again";
                    case Hibernated -> "spec.power.hibernateRequestedAt had the machine's memory saved on its node";
                    case Deleted -> "the machine was deleted";
                    case Evicted -> "the node was asked to let the machine go";
                    case Unhealthy -> "spec.livenessProbe failed as often in a row as its failureThreshold allows";
                    case GuestPowerOff, Crashed, Failed, Destroyed, Saved, Migrated, HostPowerOff ->
                        throw new IllegalStateException("no stop of ours: " + reason);
                });
    }
}
