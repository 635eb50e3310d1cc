package dev.meridian.domain.host;

import dev.meridian.api.v1alpha1.HypervisorPolicySpec;
import dev.meridian.api.v1alpha1.MigrationTls;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The directories, and libvirt's storage pools, that administrators opened to one namespace on one node. */
public record OpenedPaths(List<Opened> directories, List<Opened> pools) {
    /** A directory by its path, or a pool by its name; machines may only read what is there when {@code readOnly}. */
    public record Opened(String path, boolean readOnly) {}

    public static final OpenedPaths NONE = new OpenedPaths(List.of(), List.of());

    public static OpenedPaths of(
            List<HypervisorPolicySpec> policies,
            Map<String, String> nodeLabels,
            String namespace,
            Map<String, String> namespaceLabels) {
        var opened = new ArrayList<Opened>();
        var pools = new ArrayList<Opened>();
        for (var policy : policies) {
            if (policy.hostPaths() != null && Selection.carries(nodeLabels, policy.nodeSelector())) {
                policy.hostPaths().stream()
                        .filter(path -> Selection.chooses(path.namespaces(), namespace, namespaceLabels))
                        .map(path -> new Opened(path.path(), Boolean.TRUE.equals(path.readOnly())))
                        .forEach(opened::add);
            }
            if (policy.pools() != null && Selection.carries(nodeLabels, policy.nodeSelector())) {
                policy.pools().stream()
                        .filter(pool -> Selection.chooses(pool.namespaces(), namespace, namespaceLabels))
                        .map(pool -> new Opened(pool.name(), Boolean.TRUE.equals(pool.readOnly())))
                        .forEach(pools::add);
            }
        }
        return new OpenedPaths(List.copyOf(opened), List.copyOf(pools));
    }

    /** Whether a policy lets us have a hook in the node's libvirt. */
    public static boolean installsHook(List<HypervisorPolicySpec> policies, Map<String, String> nodeLabels) {
        return policies.stream()
                .filter(policy -> Selection.carries(nodeLabels, policy.nodeSelector()))
                .anyMatch(policy -> policy.hook() != null
                        && Boolean.TRUE.equals(policy.hook().install()));
    }

    /** Whether a policy has the node's certificates for migrations issued by the cluster. */
    public static boolean issuesCertificates(List<HypervisorPolicySpec> policies, Map<String, String> nodeLabels) {
        return policies.stream()
                .filter(policy -> Selection.carries(nodeLabels, policy.nodeSelector()))
                .anyMatch(policy ->
                        policy.migration() != null && policy.migration().tls() == MigrationTls.Issued);
    }

    /** Whether a policy opens the file for the use. A path that holds {@code .} or {@code ..} leads anywhere. */
    public boolean allows(String file, boolean write) {
        var leads = List.of(file.split("/", -1));
        return !leads.contains(".")
                && !leads.contains("..")
                && directories.stream()
                        .anyMatch(opened -> file.startsWith(opened.path() + "/") && !(write && opened.readOnly()));
    }

    /** Whether a policy opens the pool's volumes for the use. */
    public boolean allowsPool(String pool, boolean write) {
        return pools.stream().anyMatch(opened -> opened.path().equals(pool) && !(write && opened.readOnly()));
    }
}
