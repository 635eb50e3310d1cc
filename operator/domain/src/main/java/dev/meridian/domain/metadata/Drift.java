package dev.meridian.domain.metadata;

import java.time.Instant;

/**
 * What somebody did to the domain through libvirt since its last start.
 *
 * @param reason of the condition Drifted
 * @param repaired it is again as it was
 */
public record Drift(String reason, Instant at, String message, boolean repaired) {
    public Drift whenRepaired() {
        return new Drift(reason, at, message, true);
    }
}
