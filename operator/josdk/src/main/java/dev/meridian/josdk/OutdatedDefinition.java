package dev.meridian.josdk;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A CRD without a field that this version writes. The API server takes nothing of such a patch and answers 500 (of a server-side
 * apply, measured with 1.36): the CRDs are older than the process.
 *
 * @param kind of the object
 * @param field the first that is missing, as the API server names it
 */
public record OutdatedDefinition(String kind, String field) {
    private static final Pattern REFUSAL =
            Pattern.compile("Kind=(\\w+)\\):.*?(\\.\\S+): field not declared in schema", Pattern.DOTALL);

    static Optional<OutdatedDefinition> in(Exception failure) {
        if (!(failure instanceof KubernetesClientException refused) || refused.getMessage() == null) {
            return Optional.empty();
        }
        var said = REFUSAL.matcher(refused.getMessage());
        return said.find() ? Optional.of(new OutdatedDefinition(said.group(1), said.group(2))) : Optional.empty();
    }

    @Override
    public String toString() {
        return "the API server takes no status of %s: its CRD is older than this version and has no %s; apply this version's CRDs"
                .formatted(kind, field);
    }
}
