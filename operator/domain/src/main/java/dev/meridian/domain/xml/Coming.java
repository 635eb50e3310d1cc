package dev.meridian.domain.xml;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Of whom a definition holds the place.
 *
 * @param cluster of the machine
 * @param migration that is to bring it
 */
public record Coming(String cluster, String migration, String namespace, String name) {
    private static final Set<String> FIELDS = Set.of("cluster", "migration", "namespace", "name");

    static Optional<Coming> of(Map<String, String> attributes) {
        return attributes.keySet().containsAll(FIELDS)
                ? Optional.of(new Coming(
                        attributes.getOrDefault("cluster", ""),
                        attributes.getOrDefault("migration", ""),
                        attributes.getOrDefault("namespace", ""),
                        attributes.getOrDefault("name", "")))
                : Optional.empty();
    }
}
