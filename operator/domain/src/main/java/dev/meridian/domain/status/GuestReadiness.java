package dev.meridian.domain.status;

import dev.meridian.api.v1alpha1.Condition;
import dev.meridian.api.v1alpha1.ConditionStatus;
import dev.meridian.domain.guest.Probed;
import dev.meridian.domain.plan.Observation;
import dev.meridian.domain.plan.Situation;
import dev.meridian.domain.status.Conditions.Decided;
import java.util.List;
import java.util.Optional;

/** Whether the guest is ready by its readiness probe, as a condition. */
final class GuestReadiness {
    private static final String TYPE = "GuestReady";
    private static final String FAILED = "ProbeFailed";
    private static final String SUCCEEDED = "ProbeSucceeded";

    private GuestReadiness() {}

    static Decided of(List<Condition> before, Situation s) {
        return switch (s.observation()) {
            case Observation.Present seen
            when seen.power().state() == Observation.Power.State.Running ->
                s.machine().readinessProbe().isEmpty()
                        ? decided(ConditionStatus.True, "NoProbe", "the guest runs, and no readinessProbe asks it more")
                        : probed(Conditions.find(before, TYPE), seen.report().readiness());
            case Observation.Present _, Observation.Absent _, Observation.Foreign _, Observation.UnreadableHandover _ ->
                decided(ConditionStatus.False, "NotRunning", "the guest does not run");
            case Observation.NewerFormat _, Observation.Unreachable _ ->
                decided(ConditionStatus.Unknown, "NotObserved", "the domain cannot be observed");
        };
    }

    private static Decided probed(Optional<Condition> before, Probed verdict) {
        return switch (verdict) {
            case Probed.Unknown() ->
                before.filter(GuestReadiness::isOfAProbe)
                        .map(c -> decided(c.status(), c.reason(), c.message()))
                        .orElseGet(GuestReadiness::notProbed);
            case Probed.NotYet() -> notProbed();
            case Probed.Passes() -> decided(ConditionStatus.True, SUCCEEDED, "spec.readinessProbe succeeds");
            case Probed.Fails(var message) ->
                before.filter(c -> c.reason().equals(FAILED))
                        .map(c -> decided(c.status(), c.reason(), c.message()))
                        .orElseGet(
                                () -> decided(ConditionStatus.False, FAILED, "spec.readinessProbe fails: " + message));
        };
    }

    private static boolean isOfAProbe(Condition condition) {
        return condition.reason().equals(SUCCEEDED) || condition.reason().equals(FAILED);
    }

    private static Decided notProbed() {
        return decided(ConditionStatus.Unknown, "NotProbed", "spec.readinessProbe has not said anything yet");
    }

    private static Decided decided(ConditionStatus status, String reason, String message) {
        return new Decided(TYPE, status, reason, message);
    }
}
