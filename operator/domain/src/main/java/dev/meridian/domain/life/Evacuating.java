package dev.meridian.domain.life;

import dev.meridian.api.v1alpha1.Condition;
import java.util.List;

/** The condition by which the controller says what becomes of a machine that is to leave its node. */
public final class Evacuating {
    public static final String CONDITION = "Evacuating";

    /** Its reason by which the node's agent stops the guest. */
    public static final String STOPPING = "Stopping";

    private Evacuating() {}

    public static boolean asksForAStop(List<Condition> conditions) {
        return conditions.stream()
                .anyMatch(c -> c.type().equals(CONDITION) && c.reason().equals(STOPPING));
    }
}
