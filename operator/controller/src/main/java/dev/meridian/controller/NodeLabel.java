package dev.meridian.controller;

import dev.meridian.api.v1alpha1.Fencing;
import dev.meridian.api.v1alpha1.Hypervisor;
import dev.meridian.api.v1alpha1.HypervisorStatus;
import dev.meridian.api.v1alpha1.Meridian;
import dev.meridian.domain.placement.HypervisorKind;
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
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the labels by which kube-scheduler finds the nodes that take machines, and which. */
final class NodeLabel implements Reconciler<Node> {
    private static final Logger LOG = LoggerFactory.getLogger(NodeLabel.class);
    private static final String UNPREPARED = "event sources are prepared before anything is reconciled";
    private static final PatchContext MERGE = new PatchContext.Builder()
            .withPatchType(PatchType.JSON_MERGE)
            .withFieldManager(Meridian.CONTROLLER)
            .build();

    private final KubernetesClient client;
    private final AgentLeases leases;
    private final Leadership leadership;
    private final NodeFencing fencing;
    private final PowerFencing power;
    private final FencingStatus status;
    private final Latest<Node> latest = new Latest<>();
    private @Nullable InformerEventSource<Hypervisor, Node> hypervisors;
    private @Nullable IndexerResourceCache<Node> nodes;

    NodeLabel(
            KubernetesClient client,
            AgentLeases leases,
            Leadership leadership,
            FencingStatus status,
            NodeFencing fencing,
            PowerFencing power) {
        this.status = status;
        this.fencing = fencing;
        this.power = power;
        this.client = client;
        this.leases = leases;
        this.leadership = leadership;
    }

    @Override
    public List<EventSource<?, Node>> prepareEventSources(EventSourceContext<Node> context) {
        nodes = context.getPrimaryCache();
        hypervisors = new InformerEventSource<>(
                InformerEventSourceConfiguration.from(Hypervisor.class, Node.class)
                        .withName("hypervisors")
                        .withSecondaryToPrimaryMapper(hypervisor ->
                                Set.of(new ResourceID(hypervisor.getMetadata().getName())))
                        .withItemStore(new HypervisorStore())
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
        var hypervisor = status.newest(context.getSecondaryResource(Hypervisor.class));
        var marks = NodeMarkings.of(node, hypervisor);
        var wanted = HypervisorLabel.isDeserved(hypervisor, marks, leases.isAlive(name));
        if (!leadership.isHeld()) {
            return UpdateControl.<Node>noUpdate().rescheduleAfter(Leadership.LOOK_AGAIN);
        }
        var kind = hypervisor.flatMap(HypervisorKind::of).map(HypervisorKind::label);
        if (wanted != HypervisorLabel.isOn(node) || !kind.equals(HypervisorLabel.kind(node))) {
            latest.remember(client.resource(node).patch(MERGE, patch(wanted, kind)));
            LOG.atInfo()
                    .addKeyValue("node", name)
                    .addKeyValue("takesMachines", wanted)
                    .addKeyValue("kind", kind.orElse("none"))
                    .log("The node's labels are changed");
        }
        var word = fencing.look(name, marks, hypervisor);
        return hypervisor
                .flatMap(seen -> power.look(node, marks, seen, census()))
                .or(() -> word)
                .map(again -> UpdateControl.<Node>noUpdate().rescheduleAfter(again))
                .orElseGet(UpdateControl::noUpdate);
    }

    /** Of all nodes that have an agent and are not proven dead. */
    private PowerFencing.Census census() {
        var agents = Objects.requireNonNull(nodes, UNPREPARED)
                .list()
                .map(node -> node.getMetadata().getName())
                .filter(leases::isKnown)
                .filter(name -> !isProvenDead(name))
                .toList();
        var silent = agents.stream().filter(name -> !leases.isAlive(name)).count();
        return new PowerFencing.Census((int) silent, agents.size());
    }

    private boolean isProvenDead(String node) {
        return Objects.requireNonNull(hypervisors, UNPREPARED)
                .get(new ResourceID(node))
                .map(Hypervisor::getStatus)
                .map(HypervisorStatus::fencing)
                .filter(said -> said.state() == Fencing.State.Fenced)
                .isPresent();
    }

    /** Whether a Node has changed in what is decided by. */
    static boolean concerns(Node node, Node before) {
        return !node.getMetadata().getLabels().equals(before.getMetadata().getLabels())
                || !node.getSpec().getTaints().equals(before.getSpec().getTaints());
    }

    private static String patch(boolean wanted, Optional<String> kind) {
        return "{\"metadata\":{\"labels\":{\"%s\":%s,\"%s\":%s}}}"
                .formatted(
                        Meridian.HYPERVISOR_LABEL,
                        wanted ? "\"true\"" : "null",
                        Meridian.KIND_LABEL,
                        kind.map("\"%s\""::formatted).orElse("null"));
    }
}
