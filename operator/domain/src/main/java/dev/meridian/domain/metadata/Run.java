package dev.meridian.domain.metadata;

import dev.meridian.api.v1alpha1.LastStop;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The runs of a machine.
 *
 * @param starts how often it was started
 * @param failures unexpected ends in a row, each less than ten minutes after its start
 */
public record Run(
        Phase phase,
        long starts,
        @Nullable Instant startedAt,
        int failures,
        @Nullable LastStop lastStop) {
    /** Where the last run is. */
    public enum Phase {
        /** It was about to be started; nobody has seen it run. */
        Starting,
        /** It was seen running. */
        Started,
        /** It ended, and that is recorded here. */
        Ended
    }
}
