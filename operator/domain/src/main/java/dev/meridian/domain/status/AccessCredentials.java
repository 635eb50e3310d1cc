package dev.meridian.domain.status;

import dev.meridian.api.v1alpha1.ConditionStatus;
import dev.meridian.domain.guest.Propagated;
import dev.meridian.domain.plan.GuestKeys;
import dev.meridian.domain.plan.Observation;
import dev.meridian.domain.plan.Situation;
import dev.meridian.domain.status.Conditions.Decided;
import java.util.Optional;

/** Whether the guest has the credentials of its spec, as a condition of machines that have some there. */
final class AccessCredentials {
    private AccessCredentials() {}

    static Optional<Decided> of(Situation s) {
        return s.machine().accessKeys().isEmpty() ? Optional.empty() : Optional.of(decide(s));
    }

    private static Decided decide(Situation s) {
        return switch (s.observation()) {
            case Observation.Present seen
            when seen.power().isActive() && seen.guest().connected() -> connected(s, seen);
            case Observation.Present seen
            when seen.power().isActive() ->
                decided(
                        ConditionStatus.False,
                        "AgentNotConnected",
                        "no guest agent runs in the guest, which would bring it the keys");
            case Observation.Present _, Observation.Absent _, Observation.Foreign _, Observation.UnreadableHandover _ ->
                decided(ConditionStatus.False, "NotRunning", "the guest does not run");
            case Observation.NewerFormat _, Observation.Unreachable _ ->
                decided(ConditionStatus.Unknown, "NotObserved", "the domain cannot be observed");
        };
    }

    private static Decided connected(Situation s, Observation.Present seen) {
        var awaited = GuestKeys.awaited(s);
        if (!awaited.isEmpty()) {
            return decided(
                    ConditionStatus.False,
                    "WaitingForSecret",
                    "Secret %s is not on the node: one that was named after the guest's start comes at its next"
                            .formatted(awaited.getFirst()));
        }
        var failure = seen.report().keys() instanceof Propagated.Failed(var message)
                ? Optional.of("the guest agent did not bring the keys: " + message)
                : Optional.<String>empty();
        if (failure.isPresent()) {
            return decided(ConditionStatus.False, "SynchronizationFailed", failure.get());
        }
        return GuestKeys.mistake(s)
                .map(mistake -> decided(ConditionStatus.False, "SecretUnusable", mistake))
                .orElseGet(() -> seen.report().keys() instanceof Propagated.Done
                        ? decided(ConditionStatus.True, "Synchronized", "the guest's users have the keys")
                        : decided(ConditionStatus.Unknown, "NotSynchronized", "the guest agent has yet to be asked"));
    }

    private static Decided decided(ConditionStatus status, String reason, String message) {
        return new Decided("AccessCredentialsSynchronized", status, reason, message);
    }
}
