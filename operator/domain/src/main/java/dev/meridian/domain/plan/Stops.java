package dev.meridian.domain.plan;

import dev.meridian.domain.life.StopReason;
import dev.meridian.domain.metadata.MachineDocument;
import java.time.Duration;
import java.time.Instant;

/** How a running guest is brought down. */
final class Stops {
    private static final Duration ASK_AGAIN = Duration.ofSeconds(5);

    private Stops() {}

    static Step next(Situation s, Observation.Present seen, MachineDocument.Stopping stopping) {
        if (stopping.reason() == StopReason.Hibernated) {
            return new Step.ManagedSave();
        }
        var deadline = stopping.since().plus(s.machine().terminationGracePeriod());
        return switch (s.machine().stopMode()) {
            case Hard -> new Step.Destroy();
            case TrySoft -> s.now().isBefore(deadline) ? ask(s, seen, deadline) : new Step.Destroy();
            case Soft -> ask(s, seen, Instant.MAX);
        };
    }

    private static Step ask(Situation s, Observation.Present seen, Instant deadline) {
        if (seen.power().state() == Observation.Power.State.Paused) {
            // It hears nothing while its virtual CPUs stand still.
            return Runs.resume(s, seen);
        }
        var again = s.progress().askedAt().map(at -> at.plus(ASK_AGAIN)).orElse(Instant.MIN);
        if (s.now().isBefore(again)) {
            return new Step.Wait(
                    again.isBefore(deadline) ? again : deadline, "Stopping", "the guest was asked to power off");
        }
        return new Step.Shutdown();
    }
}
