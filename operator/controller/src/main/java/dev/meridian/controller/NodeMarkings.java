package dev.meridian.controller;

import dev.meridian.api.v1alpha1.VirtualMachine;
import dev.meridian.domain.placement.NodeMarks;
import io.fabric8.kubernetes.api.model.Node;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What nodes are marked with; a change wakes their machines. */
final class NodeMarkings {
    private @Nullable InformerEventSource<Node, VirtualMachine> nodes;

    /** @param machines those of a node */
    EventSource<?, VirtualMachine> prepare(
            EventSourceContext<VirtualMachine> context, Function<String, Set<ResourceID>> machines) {
        nodes = new InformerEventSource<>(
                InformerEventSourceConfiguration.from(Node.class, VirtualMachine.class)
                        .withName("node-marks")
                        .withSecondaryToPrimaryMapper(
                                node -> machines.apply(node.getMetadata().getName()))
                        .withOnUpdateFilter((node, before) -> !node.getSpec()
                                .getTaints()
                                .equals(before.getSpec().getTaints()))
                        .withItemStore(Pruned.ofNodes())
                        .build(),
                context);
        return nodes;
    }

    NodeMarks of(String node) {
        return Objects.requireNonNull(nodes, "event sources are prepared before anything is reconciled")
                .get(new ResourceID(node))
                .map(found -> new NodeMarks(found.getSpec().getTaints()))
                .orElse(NodeMarks.NONE);
    }
}
