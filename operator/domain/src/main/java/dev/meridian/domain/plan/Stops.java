package dev.meridian.domain.plan;

import dev.meridian.api.v1alpha1.StopMode;
import dev.meridian.domain.life.StopReason;
import dev.meridian.domain.metadata.MachineDocument;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/** How a running guest is brought down. */
final class Stops {
    private static final Duration ASK_AGAIN = Duration.ofSeconds(5);

    private Stops() {}

    static Step next(Situation s, Observation.Present seen, MachineDocument.Stopping stopping) {
        if (stopping.reason() == StopReason.Hibernated) {
            return new Step.ManagedSave();
        }
        if (stopping.reason() == StopReason.Unhealthy) {
            // A guest that is dead by its user's own word would not hear.
            return new Step.Destroy();
        }
        var deadline = deadline(s, stopping);
        return switch (s.machine().stopMode()) {
            case Hard -> new Step.Destroy();
            case TrySoft -> s.now().isBefore(deadline) ? ask(s, seen, stopping, deadline) : new Step.Destroy();
            case Soft -> ask(s, seen, stopping, Instant.MAX);
        };
    }

    /** When a stop that was begun is forced. */
    static Optional<Instant> deadline(Situation s) {
        return s.observation() instanceof Observation.Present seen
                        && s.machine().stopMode() == StopMode.TrySoft
                ? Optional.ofNullable(seen.document().stopping()).map(stopping -> deadline(s, stopping))
                : Optional.empty();
    }

    private static Instant deadline(Situation s, MachineDocument.Stopping stopping) {
        return stopping.since().plus(s.machine().terminationGracePeriod());
    }

    private static Step ask(
            Situation s, Observation.Present seen, MachineDocument.Stopping stopping, Instant deadline) {
        if (seen.power().state() == Observation.Power.State.Paused) {
            // It hears nothing while its virtual CPUs stand still.
            return Runs.resume(s, seen);
        }
        var again = s.progress()
                .askedAt()
                .filter(s::isPast)
                .map(at -> at.plus(ASK_AGAIN))
                .orElse(Instant.MIN);
        if (s.now().isBefore(again)) {
            return new Step.Wait(
                    again.isBefore(deadline) ? again : deadline, "Stopping", "the guest was asked to power off");
        }
        return new Step.Shutdown(way(s, seen, stopping));
    }

    /** What the first question of a stop has not brought about, the button may. */
    private static Step.Shutdown.Way way(Situation s, Observation.Present seen, MachineDocument.Stopping stopping) {
        var failed = s.progress().failure().filter(failure -> failure.step().equals("Shutdown"));
        var isFirst = Stream.concat(s.progress().askedAt().stream(), failed.map(Progress.Failure::at).stream())
                .allMatch(at -> at.isBefore(stopping.since()));
        return isFirst && seen.guest().connected() ? Step.Shutdown.Way.GuestAgent : Step.Shutdown.Way.PowerButton;
    }
}
