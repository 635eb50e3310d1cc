package dev.meridian.domain.placement;

import dev.meridian.api.v1alpha1.ConditionStatus;
import dev.meridian.domain.life.Evacuating;
import dev.meridian.domain.status.Conditions.Decided;
import java.time.Instant;

/** What becomes of a machine that runs and is to leave its node. */
sealed interface Evacuation {
    /** Why it is to leave. */
    String why();

    /** As condition Evacuating says it. */
    default Decided told() {
        return switch (this) {
            case Migrating(var why, var migration) ->
                told("Migrating", why, "migration \"%s\" takes the machine to another node".formatted(migration));
            case Later(var why, var until, var failure) ->
                told("MigrationFailed", why, "%s; the next migration begins at %s".formatted(failure, until));
            case Stopping(var why, var how) ->
                told(Evacuating.STOPPING, why, how + "the guest is stopped, then the machine is placed anew");
            case Held(var why, var reason, var message) -> told(reason, why, message);
        };
    }

    private static Decided told(String reason, String why, String message) {
        return new Decided(Evacuating.CONDITION, ConditionStatus.True, reason, why + "; " + message);
    }

    /** @param migration that is under way, or is made next */
    record Migrating(String why, String migration) implements Evacuation {}

    /** The last migration has failed. */
    record Later(String why, Instant until, String failure) implements Evacuation {}

    /** @param how why it is not migrated: a clause with its colon, or nothing */
    record Stopping(String why, String how) implements Evacuation {}

    /** It can neither go as it runs nor is it to be stopped. */
    record Held(String why, String reason, String message) implements Evacuation {}
}
