package dev.meridian.domain.plan;

import java.time.Instant;
import java.util.Optional;

/** When a step that failed is taken again. */
public final class Retries {
    private Retries() {}

    /** What failed at libvirt, if the machine waits to try it again. */
    public static Optional<Progress.Failure> awaited(Step step, Situation s) {
        return s.progress()
                .failure()
                .filter(failure ->
                        step instanceof Step.Wait(var _, var reason, var _) && reason.equals(reason(failure)));
    }

    private static String reason(Progress.Failure failure) {
        return failure.step() + "Failed";
    }

    /** The step, or what is to be done before it is due. */
    static Step heldBack(Step step, Situation s) {
        var failure = s.progress()
                .failure()
                .filter(f -> f.step().equals(step.getClass().getSimpleName()) && f.generation() == s.generation());
        if (failure.isEmpty() || !s.isPast(failure.get().at())) {
            return step;
        }
        return switch (failure.get().kind()) {
            case NotSupported -> refused(step, failure.get(), s.now());
            case DiskInUse ->
                delayed(
                        step,
                        failure.get().saying(StartChecks.inUse(s, failure.get().message())),
                        "DiskInUse",
                        s);
            case Hung, Transient -> delayed(step, failure.get(), reason(failure.get()), s);
        };
    }

    private static Step refused(Step step, Progress.Failure failure, Instant now) {
        var refusal = Step.Refuse.of(failure.at(), "NotSupported", "libvirt refuses the machine: " + failure.message());
        return now.isBefore(refusal.retryAt()) ? refusal : step;
    }

    /** A guest whose time to power off is over meanwhile is not given more. */
    private static Step delayed(Step step, Progress.Failure failure, String reason, Situation s) {
        var until = Stops.deadline(s)
                .filter(s.now()::isBefore)
                .filter(failure.retryAt()::isAfter)
                .orElse(failure.retryAt());
        return s.now().isBefore(until) ? new Step.Wait(until, reason, failure.message()) : step;
    }
}
