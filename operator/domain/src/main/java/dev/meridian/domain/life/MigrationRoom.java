package dev.meridian.domain.life;

import dev.meridian.api.v1alpha1.Condition;
import java.util.List;
import java.util.Optional;

/** The condition by which the controller says beforehand that a running machine's migration would find no room. */
public final class MigrationRoom {
    public static final String CONDITION = "MigrationRoom";

    /** Its reason, which the node's agent takes over into LiveMigratable. */
    public static final String QUOTA_EXCEEDED = "QuotaExceeded";

    private MigrationRoom() {}

    /** Why there is none. */
    public static Optional<String> refusal(List<Condition> conditions) {
        return conditions.stream()
                .filter(c -> c.type().equals(CONDITION))
                .map(Condition::message)
                .findFirst();
    }
}
