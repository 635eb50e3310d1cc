package dev.meridian.domain.plan;

import java.time.Instant;

/** When a step that failed is taken again. */
final class Retries {
    private Retries() {}

    /** The step, or what is to be done before it is due. */
    static Step heldBack(Step step, Situation s) {
        var failure = s.progress()
                .failure()
                .filter(f -> f.step().equals(step.getClass().getSimpleName()) && f.generation() == s.generation());
        if (failure.isEmpty()) {
            return step;
        }
        return switch (failure.get().kind()) {
            case NotSupported -> refused(step, failure.get(), s.now());
            case DiskInUse ->
                delayed(
                        step,
                        failure.get().saying(StartChecks.inUse(s, failure.get().message())),
                        "DiskInUse",
                        s.now());
            case Hung, Transient -> delayed(step, failure.get(), failure.get().step() + "Failed", s.now());
        };
    }

    private static Step refused(Step step, Progress.Failure failure, Instant now) {
        var refusal = Step.Refuse.of(failure.at(), "NotSupported", "libvirt refuses the machine: " + failure.message());
        return now.isBefore(refusal.retryAt()) ? refusal : step;
    }

    private static Step delayed(Step step, Progress.Failure failure, String reason, Instant now) {
        return now.isBefore(failure.retryAt()) ? new Step.Wait(failure.retryAt(), reason, failure.message()) : step;
    }
}
