package dev.meridian.domain.host;

import dev.meridian.api.v1alpha1.NamespaceChoice;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Whom a HypervisorPolicy means. */
public final class Selection {
    private Selection() {}

    public static boolean chooses(NamespaceChoice choice, String namespace, Map<String, String> labels) {
        return (choice.names() != null && choice.names().contains(namespace))
                || (choice.selector() != null
                        && carries(labels, choice.selector().matchLabels()));
    }

    /** No selector is every one's. */
    public static boolean carries(Map<String, String> labels, @Nullable Map<String, String> selector) {
        return selector == null
                || selector.entrySet().stream().allMatch(e -> e.getValue().equals(labels.get(e.getKey())));
    }
}
