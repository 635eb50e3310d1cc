package dev.meridian.agent;

import dev.meridian.api.v1alpha1.HypervisorPolicy;
import dev.meridian.api.v1alpha1.HypervisorPolicySpec;
import dev.meridian.api.v1alpha1.NamespaceChoice;
import dev.meridian.api.v1alpha1.OpenedDevice;
import dev.meridian.api.v1alpha1.OpenedHostPath;
import dev.meridian.api.v1alpha1.OpenedLink;
import dev.meridian.api.v1alpha1.OpenedPool;
import dev.meridian.api.v1alpha1.OpenedSubnet;
import dev.meridian.domain.host.OpenedDevices;
import dev.meridian.domain.host.OpenedPaths;
import dev.meridian.domain.image.Ageing;
import dev.meridian.domain.image.OpenedSources;
import dev.meridian.domain.network.OpenedNetworking;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What HypervisorPolicies open on the node, for a namespace. */
final class OpenedPathsSource implements AutoCloseable {
    private final KubernetesClient client;
    private final String nodeName;
    private final SharedIndexInformer<HypervisorPolicy> policies;

    /** @param changed told after any policy changed */
    OpenedPathsSource(KubernetesClient client, String nodeName, Runnable changed) {
        this.client = client;
        this.nodeName = nodeName;
        this.policies = client.resources(HypervisorPolicy.class).runnableInformer(0);
        // also of its first list, while the API server is away
        policies.exceptionHandler((_, _) -> true);
        policies.addEventHandler(new ResourceEventHandler<>() {
            @Override
            public void onAdd(HypervisorPolicy policy) {
                changed.run();
            }

            @Override
            public void onUpdate(HypervisorPolicy before, HypervisorPolicy policy) {
                changed.run();
            }

            @Override
            public void onDelete(HypervisorPolicy policy, boolean unknown) {
                changed.run();
            }
        });
    }

    void start() {
        policies.run();
    }

    /** Whether a policy lets us have a hook in the node's libvirt. */
    boolean installsHook() {
        var specs = specs();
        return OpenedPaths.installsHook(specs, nodeLabels(specs));
    }

    /** Whether a policy has the node's certificates for migrations issued by the cluster. */
    boolean issuesCertificates() {
        var specs = specs();
        return OpenedPaths.issuesCertificates(specs, nodeLabels(specs));
    }

    private List<HypervisorPolicySpec> specs() {
        return policies.getStore().list().stream()
                .map(HypervisorPolicy::getSpec)
                .toList();
    }

    /** They are asked for only where a policy selects by them. */
    private Map<String, String> nodeLabels(List<HypervisorPolicySpec> specs) {
        return specs.stream().anyMatch(spec -> !isEmpty(spec.nodeSelector()))
                ? labels(client.nodes().withName(nodeName).get())
                : Map.of();
    }

    /** Labels are asked for only where a policy selects by them. */
    OpenedPaths of(String namespace) {
        var specs = specs();
        var nodeLabels = nodeLabels(specs);
        return OpenedPaths.of(specs, nodeLabels, namespace, namespaceLabels(specs, namespace));
    }

    OpenedNetworking networkingOf(String namespace) {
        var specs = specs();
        return OpenedNetworking.of(specs, nodeLabels(specs), namespace, namespaceLabels(specs, namespace));
    }

    /** Bridges and interfaces that are opened to anybody and are there, in order. */
    List<String> links() {
        var specs = specs();
        var there = HostLinks.names();
        return OpenedNetworking.links(specs, nodeLabels(specs)).stream()
                .filter(there::contains)
                .sorted()
                .toList();
    }

    OpenedDevices devicesOf(String namespace) {
        var specs = specs();
        return OpenedDevices.of(specs, nodeLabels(specs), namespace, namespaceLabels(specs, namespace));
    }

    private Map<String, String> namespaceLabels(List<HypervisorPolicySpec> specs, String namespace) {
        return specs.stream().anyMatch(OpenedPathsSource::selectsNamespaces)
                ? labels(client.namespaces().withName(namespace).get())
                : Map.of();
    }

    /** Servers of images that are open to the namespace. */
    OpenedSources imageSources(String namespace) {
        var specs = specs();
        var namespaceLabels = specs.stream().anyMatch(OpenedSources::selectsNamespaces)
                ? labels(client.namespaces().withName(namespace).get())
                : Map.<String, String>of();
        return OpenedSources.of(specs, nodeLabels(specs), namespace, namespaceLabels);
    }

    /** What the images of the node may take, of a file system whose own limits these are. */
    Ageing.Limits imageLimits(Ageing.Limits own) {
        var specs = specs();
        return own.with(specs, nodeLabels(specs));
    }

    private static boolean selectsNamespaces(HypervisorPolicySpec spec) {
        return Stream.of(
                        each(spec.hostPaths(), OpenedHostPath::namespaces),
                        each(spec.pools(), OpenedPool::namespaces),
                        each(spec.bridges(), OpenedLink::namespaces),
                        each(spec.interfaces(), OpenedLink::namespaces),
                        each(spec.subnets(), OpenedSubnet::namespaces),
                        each(spec.devices(), OpenedDevice::namespaces))
                .flatMap(choices -> choices)
                .map(NamespaceChoice::selector)
                .anyMatch(selector -> selector != null && !isEmpty(selector.matchLabels()));
    }

    private static <T> Stream<NamespaceChoice> each(@Nullable List<T> opened, Function<T, NamespaceChoice> namespaces) {
        return opened == null ? Stream.of() : opened.stream().map(namespaces);
    }

    private static boolean isEmpty(@Nullable Map<String, String> labels) {
        return labels == null || labels.isEmpty();
    }

    private static Map<String, String> labels(@Nullable HasMetadata object) {
        return Optional.ofNullable(object).map(o -> o.getMetadata().getLabels()).orElse(Map.of());
    }

    @Override
    public void close() {
        policies.stop();
    }
}
