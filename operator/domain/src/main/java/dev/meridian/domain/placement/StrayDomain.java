package dev.meridian.domain.placement;

import dev.meridian.api.v1alpha1.Stray;
import java.util.Set;

/**
 * The machine's domain on a node to which the machine is not assigned, as that node's agent reports it.
 *
 * @param active it runs there, or nobody can tell
 */
public record StrayDomain(String nodeName, boolean active) {
    private static final Set<String> OFF = Set.of("Shutoff", "Crashed");

    public static StrayDomain of(String nodeName, Stray stray) {
        return new StrayDomain(nodeName, stray.state() == null || !OFF.contains(stray.state()));
    }
}
