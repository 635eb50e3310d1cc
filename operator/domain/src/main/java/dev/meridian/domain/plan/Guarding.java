package dev.meridian.domain.plan;

import dev.meridian.api.v1alpha1.IsolationResponse;
import dev.meridian.domain.metadata.MachineDocument;
import java.util.Optional;

/** A guest that is to end when its node is cut off never runs without being held for it, from its start on. */
public final class Guarding {
    private Guarding() {}

    /** Whether the run of that document is such a guest's. */
    public static boolean isWanted(MachineDocument document) {
        return document.applied().isolationResponse() == IsolationResponse.PowerOff;
    }

    static Optional<Step> next(Observation.Present seen) {
        return isWanted(seen.document()) && !seen.guarded() ? Optional.of(new Step.Guard()) : Optional.empty();
    }
}
