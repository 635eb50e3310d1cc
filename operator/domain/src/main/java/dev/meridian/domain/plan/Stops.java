package dev.meridian.domain.plan;

import dev.meridian.domain.metadata.MachineDocument;
import java.time.Duration;
import java.time.Instant;

/** How a running guest is brought down. */
final class Stops {
    private static final Duration ASK_AGAIN = Duration.ofSeconds(5);

    private Stops() {}

    static Step next(Situation s, Observation.Present seen) {
        var stopping = seen.document().stopping();
        if (stopping == null) {
            var document = seen.document().withStopping(new MachineDocument.Stopping(s.now()));
            return new Step.Remember(s.definition(document), document);
        }
        var deadline = stopping.since().plus(s.machine().terminationGracePeriod());
        return switch (s.machine().stopMode()) {
            case Hard -> new Step.Destroy();
            case TrySoft -> s.now().isBefore(deadline) ? ask(s, deadline) : new Step.Destroy();
            case Soft -> ask(s, Instant.MAX);
        };
    }

    private static Step ask(Situation s, Instant deadline) {
        var again = s.progress().askedAt().map(at -> at.plus(ASK_AGAIN)).orElse(Instant.MIN);
        if (s.now().isBefore(again)) {
            return new Step.Wait(
                    again.isBefore(deadline) ? again : deadline, "Stopping", "the guest was asked to power off");
        }
        return new Step.Shutdown();
    }
}
