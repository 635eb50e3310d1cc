package dev.meridian.domain.status;

import dev.meridian.api.v1alpha1.Condition;
import dev.meridian.api.v1alpha1.ConditionStatus;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/** Conditions of an object, by Kubernetes' rules. */
public final class Conditions {
    /** A condition as it is decided: when its status last changed is found out by comparison. */
    public record Decided(String type, ConditionStatus status, String reason, String message) {}

    private Conditions() {}

    public static Optional<Condition> find(List<Condition> conditions, String type) {
        return conditions.stream().filter(c -> c.type().equals(type)).findFirst();
    }

    public static boolean isTrue(List<Condition> conditions, String type) {
        return find(conditions, type)
                .filter(c -> c.status() == ConditionStatus.True)
                .isPresent();
    }

    /**
     * The decided conditions, in their order. A condition whose status is as before keeps its transition time.
     *
     * @param before conditions that the object has now
     * @param generation generation of the object that was looked at
     */
    public static List<Condition> decide(List<Condition> before, List<Decided> decided, long generation, Instant now) {
        return decided.stream()
                .map(d -> new Condition(
                        d.type(),
                        d.status(),
                        d.reason(),
                        d.message(),
                        find(before, d.type())
                                .filter(c -> c.status() == d.status())
                                .map(Condition::lastTransitionTime)
                                .orElse(now.truncatedTo(ChronoUnit.SECONDS).toString()),
                        generation))
                .toList();
    }
}
