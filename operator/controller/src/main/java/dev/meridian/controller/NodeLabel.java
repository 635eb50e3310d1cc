package dev.meridian.controller;

import dev.meridian.api.v1alpha1.Hypervisor;
import dev.meridian.api.v1alpha1.Meridian;
import dev.meridian.domain.placement.HypervisorLabel;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the label by which kube-scheduler finds the nodes that take machines. */
final class NodeLabel implements Reconciler<Node> {
    private static final Logger LOG = LoggerFactory.getLogger(NodeLabel.class);
    private static final PatchContext MERGE = new PatchContext.Builder()
            .withPatchType(PatchType.JSON_MERGE)
            .withFieldManager(Meridian.CONTROLLER)
            .build();

    private final KubernetesClient client;
    private final AgentLeases leases;
    private final Leadership leadership;
    private final NodeFencing fencing;
    private final Latest<Node> latest = new Latest<>();

    NodeLabel(KubernetesClient client, AgentLeases leases, Leadership leadership, NodeFencing fencing) {
        this.fencing = fencing;
        this.client = client;
        this.leases = leases;
        this.leadership = leadership;
    }

    @Override
    public List<EventSource<?, Node>> prepareEventSources(EventSourceContext<Node> context) {
        var hypervisors = new InformerEventSource<>(
                InformerEventSourceConfiguration.from(Hypervisor.class, Node.class)
                        .withName("hypervisors")
                        .withSecondaryToPrimaryMapper(hypervisor ->
                                Set.of(new ResourceID(hypervisor.getMetadata().getName())))
                        .withItemStore(Pruned.ofReadiness())
                        .build(),
                context);
        var agents = new SimpleInboundEventSource<Node>("agents");
        leases.listen(node -> agents.propagateEvent(new ResourceID(node)));
        return List.of(hypervisors, agents);
    }

    @Override
    public UpdateControl<Node> reconcile(Node cached, Context<Node> context) {
        var node = latest.of(cached);
        var name = node.getMetadata().getName();
        var hypervisor = context.getSecondaryResource(Hypervisor.class);
        var marks = NodeMarkings.of(node, hypervisor);
        var wanted = HypervisorLabel.isDeserved(hypervisor, marks, leases.isAlive(name));
        if (!leadership.isHeld()) {
            return UpdateControl.<Node>noUpdate().rescheduleAfter(Leadership.LOOK_AGAIN);
        }
        if (wanted != HypervisorLabel.isOn(node)) {
            latest.remember(client.nodes().withName(name).patch(MERGE, patch(wanted)));
            LOG.atInfo()
                    .addKeyValue("node", name)
                    .addKeyValue("takesMachines", wanted)
                    .log("The node's label is changed");
        }
        return fencing.look(name, marks, hypervisor)
                .map(again -> UpdateControl.<Node>noUpdate().rescheduleAfter(again))
                .orElseGet(UpdateControl::noUpdate);
    }

    /** Whether a Node has changed in what is decided by. */
    static boolean concerns(Node node, Node before) {
        return !node.getMetadata().getLabels().equals(before.getMetadata().getLabels())
                || !node.getSpec().getTaints().equals(before.getSpec().getTaints());
    }

    private static String patch(boolean wanted) {
        return "{\"metadata\":{\"labels\":{\"" + Meridian.HYPERVISOR_LABEL + "\":" + (wanted ? "\"true\"" : "null")
                + "}}}";
    }
}
