package dev.meridian.controller;

import dev.meridian.api.v1alpha1.Hypervisor;
import dev.meridian.api.v1alpha1.HypervisorStatus;
import dev.meridian.api.v1alpha1.ImageNode;
import dev.meridian.api.v1alpha1.ImageNodeState;
import dev.meridian.api.v1alpha1.VirtualMachineImage;
import dev.meridian.api.v1alpha1.VirtualMachineImageStatus;
import dev.meridian.api.v1alpha1.VirtualMachineNetwork;
import dev.meridian.domain.placement.AgentShare;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceStatus;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeSpec;
import io.fabric8.kubernetes.api.model.NodeSpecBuilder;
import io.fabric8.kubernetes.api.model.NodeStatus;
import io.fabric8.kubernetes.api.model.NodeStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequest;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetSpec;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetStatus;
import io.fabric8.kubernetes.client.informers.cache.BasicItemStore;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** An informer's store that keeps of each object what decisions are taken from: memory grows with the cluster. */
final class Pruned<T extends HasMetadata> extends BasicItemStore<T> {
    private final Consumer<T> prune;

    private Pruned(Consumer<T> prune) {
        super(Cache::metaNamespaceKeyFunc);
        this.prune = prune;
    }

    /** Machines keep their agent's managed fields: they say who owns Ready. */
    static <T extends HasMetadata> Pruned<T> ofMachines() {
        return new Pruned<>(vm -> {
            vm.getMetadata()
                    .setManagedFields(vm.getMetadata().getManagedFields().stream()
                            .filter(AgentShare::isAgents)
                            .map(AgentShare::slim)
                            .toList());
            vm.getMetadata().getAnnotations().remove("kubectl.kubernetes.io/last-applied-configuration");
        });
    }

    static Pruned<Pod> ofPods() {
        return new Pruned<>(pod -> {
            pod.getMetadata().setManagedFields(List.of());
            pod.getSpec().setTolerations(List.of());
            if (pod.getStatus() != null) {
                pod.getStatus().setContainerStatuses(List.of());
            }
        });
    }

    static Pruned<Namespace> ofNamespaces() {
        return new Pruned<>(namespace -> {
            namespace.getMetadata().setManagedFields(List.of());
            namespace.getMetadata().setAnnotations(Map.of());
            namespace.setStatus(new NamespaceStatus());
        });
    }

    static Pruned<PodDisruptionBudget> ofBudgets() {
        return new Pruned<>(budget -> {
            budget.getMetadata().setManagedFields(List.of());
            budget.setSpec(new PodDisruptionBudgetSpec());
            budget.setStatus(new PodDisruptionBudgetStatus());
        });
    }

    /** For where domains are strays. */
    static Pruned<Hypervisor> ofStrays() {
        return new Pruned<>(hypervisor -> {
            hypervisor.getMetadata().setManagedFields(List.of());
            var status = hypervisor.getStatus();
            hypervisor.setStatus(status == null ? null : HypervisorStatus.of(null, status.strays(), null, List.of()));
        });
    }

    /** For the Secrets with which they are fetched, and the nodes that have them: of a node there is one entry for all images. */
    static Pruned<VirtualMachineImage> ofImages() {
        var entries = new ConcurrentHashMap<String, ImageNode>();
        return new Pruned<>(image -> {
            image.getMetadata().setManagedFields(List.of());
            var nodes = ready(image)
                    .map(name -> entries.computeIfAbsent(
                            name, node -> new ImageNode(node, ImageNodeState.Ready, null, null, null)))
                    .toList();
            image.setStatus(
                    nodes.isEmpty() ? null : new VirtualMachineImageStatus(null, null, null, null, nodes, List.of()));
        });
    }

    /** What nodes have of an earlier spec is another content. */
    private static Stream<String> ready(VirtualMachineImage image) {
        var status = image.getStatus() == null ? VirtualMachineImageStatus.NONE : image.getStatus();
        return status.nodes().stream()
                .filter(node -> node.state() == ImageNodeState.Ready)
                .filter(node -> Objects.equals(
                        node.observedGeneration(), image.getMetadata().getGeneration()))
                .map(ImageNode::name);
    }

    static <T extends HasMetadata> Pruned<T> ofMigrations() {
        return new Pruned<>(migration -> migration.getMetadata().setManagedFields(List.of()));
    }

    /** For which links of nodes they need. */
    static Pruned<VirtualMachineNetwork> ofNetworks() {
        return new Pruned<>(network -> {
            network.getMetadata().setManagedFields(List.of());
            network.getMetadata().setAnnotations(Map.of());
            network.setStatus(null);
        });
    }

    static Pruned<ResourceQuota> ofQuotas() {
        return new Pruned<>(quota -> quota.getMetadata().setManagedFields(List.of()));
    }

    /** For what nodes have asked for. */
    static Pruned<CertificateSigningRequest> ofRequests() {
        return new Pruned<>(request -> request.getMetadata().setManagedFields(List.of()));
    }

    /** For which addresses are whose. */
    static Pruned<Node> ofAddresses() {
        return new Pruned<>(node -> {
            node.getMetadata().setManagedFields(List.of());
            node.getMetadata().setLabels(Map.of());
            node.getMetadata().setAnnotations(Map.of());
            node.setSpec(new NodeSpec());
            node.setStatus(new NodeStatusBuilder()
                    .withAddresses(node.getStatus().getAddresses())
                    .build());
        });
    }

    static Pruned<Node> ofNodes() {
        return new Pruned<>(node -> {
            node.getMetadata().setManagedFields(List.of());
            node.setSpec(
                    new NodeSpecBuilder().withTaints(node.getSpec().getTaints()).build());
            node.setStatus(new NodeStatus());
        });
    }

    @Override
    public T put(String key, T object) {
        prune.accept(object);
        return super.put(key, object);
    }

    @Override
    public boolean isFullState() {
        return false;
    }
}
