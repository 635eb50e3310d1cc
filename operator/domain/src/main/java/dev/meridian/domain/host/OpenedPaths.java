package dev.meridian.domain.host;

import dev.meridian.api.v1alpha1.HypervisorPolicySpec;
import dev.meridian.api.v1alpha1.NamespaceChoice;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The directories that administrators opened to one namespace on one node. */
public record OpenedPaths(List<Opened> directories) {
    /** A directory; machines may only read its files when {@code readOnly}. */
    public record Opened(String path, boolean readOnly) {}

    public static final OpenedPaths NONE = new OpenedPaths(List.of());

    public static OpenedPaths of(
            List<HypervisorPolicySpec> policies,
            Map<String, String> nodeLabels,
            String namespace,
            Map<String, String> namespaceLabels) {
        var opened = new ArrayList<Opened>();
        for (var policy : policies) {
            if (policy.hostPaths() != null && carries(nodeLabels, policy.nodeSelector())) {
                policy.hostPaths().stream()
                        .filter(path -> chosen(path.namespaces(), namespace, namespaceLabels))
                        .map(path -> new Opened(path.path(), Boolean.TRUE.equals(path.readOnly())))
                        .forEach(opened::add);
            }
        }
        return new OpenedPaths(List.copyOf(opened));
    }

    /** Whether a policy lets us have a hook in the node's libvirt. */
    public static boolean installsHook(List<HypervisorPolicySpec> policies, Map<String, String> nodeLabels) {
        return policies.stream()
                .filter(policy -> carries(nodeLabels, policy.nodeSelector()))
                .anyMatch(policy -> policy.hook() != null
                        && Boolean.TRUE.equals(policy.hook().install()));
    }

    /** Whether a policy opens the file for the use. A path that holds {@code .} or {@code ..} leads anywhere. */
    public boolean allows(String file, boolean write) {
        var leads = List.of(file.split("/", -1));
        return !leads.contains(".")
                && !leads.contains("..")
                && directories.stream()
                        .anyMatch(opened -> file.startsWith(opened.path() + "/") && !(write && opened.readOnly()));
    }

    public static boolean chosen(NamespaceChoice choice, String namespace, Map<String, String> labels) {
        return (choice.names() != null && choice.names().contains(namespace))
                || (choice.selector() != null
                        && carries(labels, choice.selector().matchLabels()));
    }

    public static boolean carries(Map<String, String> labels, @Nullable Map<String, String> selector) {
        return selector == null
                || selector.entrySet().stream().allMatch(e -> e.getValue().equals(labels.get(e.getKey())));
    }
}
