package dev.meridian.controller;

import dev.meridian.api.v1alpha1.Fenced;
import dev.meridian.api.v1alpha1.Fencing;
import dev.meridian.api.v1alpha1.Hypervisor;
import dev.meridian.api.v1alpha1.HypervisorSpec;
import dev.meridian.api.v1alpha1.HypervisorStatus;
import dev.meridian.api.v1alpha1.VirtualMachine;
import dev.meridian.domain.placement.HypervisorKind;
import dev.meridian.domain.placement.HypervisorLabel;
import dev.meridian.domain.placement.NamedNode;
import dev.meridian.domain.placement.NodeMarks;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Taint;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What nodes are marked with, and of which kinds they are; a change wakes their machines, and those that seek a node. */
final class NodeMarkings {
    private static final String UNPREPARED = "event sources are prepared before anything is reconciled";

    private @Nullable InformerEventSource<Node, VirtualMachine> nodes;
    private @Nullable InformerEventSource<Hypervisor, VirtualMachine> hypervisors;
    private final HypervisorStore store = new HypervisorStore();

    /**
     * @param machines those of a node
     * @param naming those that seek a node and name it
     * @param seeking those that have no node
     */
    List<EventSource<?, VirtualMachine>> prepare(
            EventSourceContext<VirtualMachine> context,
            Function<String, Set<ResourceID>> machines,
            Function<String, Set<ResourceID>> naming,
            Supplier<Set<ResourceID>> seeking) {
        nodes = new InformerEventSource<>(
                InformerEventSourceConfiguration.from(Node.class, VirtualMachine.class)
                        .withName("node-marks")
                        .withSecondaryToPrimaryMapper(node -> {
                            var woken = new HashSet<>(
                                    machines.apply(node.getMetadata().getName()));
                            woken.addAll(naming.apply(node.getMetadata().getName()));
                            return woken;
                        })
                        .withOnUpdateFilter(NodeMarkings::concerns)
                        .withItemStore(Pruned.ofNodes())
                        .build(),
                context);
        hypervisors = new InformerEventSource<>(
                InformerEventSourceConfiguration.from(Hypervisor.class, VirtualMachine.class)
                        .withName("hypervisor-marks")
                        .withSecondaryToPrimaryMapper(hypervisor -> {
                            var woken = new HashSet<>(
                                    machines.apply(hypervisor.getMetadata().getName()));
                            woken.addAll(seeking.get());
                            return woken;
                        })
                        .withOnUpdateFilter(NodeMarkings::concerns)
                        .withItemStore(store)
                        .build(),
                context);
        return List.of(nodes, hypervisors);
    }

    static boolean concerns(Node node, Node before) {
        return !taints(node).equals(taints(before)) || HypervisorLabel.isOn(node) != HypervisorLabel.isOn(before);
    }

    static boolean concerns(Hypervisor hypervisor, Hypervisor before) {
        return !fenced(hypervisor).equals(fenced(before))
                || !fencing(hypervisor).equals(fencing(before))
                || !HypervisorKind.of(hypervisor).equals(HypervisorKind.of(before));
    }

    /** The nodes of each kind. */
    Map<HypervisorKind, Set<String>> kinds() {
        return store.kinds();
    }

    NodeMarks of(String node) {
        var id = new ResourceID(node);
        return new NodeMarks(
                Objects.requireNonNull(nodes, UNPREPARED)
                        .get(id)
                        .map(NodeMarkings::taints)
                        .orElse(List.of()),
                hypervisor(id).flatMap(NodeMarkings::fenced),
                hypervisor(id).flatMap(NodeMarkings::fencing));
    }

    /** The node, as a machine that names it is told of it; empty when there is none of that name. */
    Optional<NamedNode> named(String node, boolean isAgentAlive) {
        var id = new ResourceID(node);
        return Objects.requireNonNull(nodes, UNPREPARED).get(id).map(found -> {
            var marks = of(found, hypervisor(id));
            return new NamedNode(
                    marks,
                    HypervisorLabel.isOn(found)
                            ? Optional.empty()
                            : Optional.of(HypervisorLabel.missing(hypervisor(id), marks, isAgentAlive)));
        });
    }

    static NodeMarks of(Node node, Optional<Hypervisor> hypervisor) {
        return new NodeMarks(
                taints(node), hypervisor.flatMap(NodeMarkings::fenced), hypervisor.flatMap(NodeMarkings::fencing));
    }

    private Optional<Hypervisor> hypervisor(ResourceID node) {
        return Objects.requireNonNull(hypervisors, UNPREPARED).get(node);
    }

    private static Optional<Fencing> fencing(Hypervisor hypervisor) {
        return Optional.ofNullable(hypervisor.getStatus()).map(HypervisorStatus::fencing);
    }

    private static List<Taint> taints(Node node) {
        return node.getSpec() == null ? List.of() : node.getSpec().getTaints();
    }

    private static Optional<Fenced> fenced(Hypervisor hypervisor) {
        return Optional.ofNullable(hypervisor.getSpec()).map(HypervisorSpec::fenced);
    }
}
