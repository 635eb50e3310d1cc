package dev.meridian.domain.placement;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.meridian.api.v1alpha1.Fenced;
import dev.meridian.api.v1alpha1.Fencing;
import dev.meridian.api.v1alpha1.Hypervisor;
import dev.meridian.api.v1alpha1.Meridian;
import dev.meridian.api.v1alpha1.VirtualMachine;
import dev.meridian.api.v1alpha1.VirtualMachineClass;
import dev.meridian.api.v1alpha1.VirtualMachineMigration;
import dev.meridian.api.v1alpha1.VirtualMachineNetworkSpec;
import dev.meridian.domain.Samples;
import dev.meridian.domain.Yaml;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Taint;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What {@code situation.yaml} says of a case; all is optional. Without it: a new machine, no pods, no setback, every
 * agent alive, no strays.
 *
 * @param machine the file of {@code placements} from which the machine differs, "new" without it
 * @param agents what the agent has of the machine's status
 * @param namespaceEnds the machine's namespace is being deleted
 * @param agentLost the Lease of worker-0 has expired
 * @param strays nodes that have the machine's domain without its being assigned there
 * @param bareSince long ago without it
 * @param pods the pods that carry the machine's label
 * @param migrations of the machine
 * @param othersLeaving how many other machines migrate from its node before it
 * @param othersRunning of how many of them the guests go
 * @param taints of worker-0
 * @param nodes those that the machine may name
 * @param fenced what the Hypervisor of worker-0 says
 * @param refuted the agent of worker-0 was heard of since
 * @param guard by what proof the guest on worker-0 is dead
 * @param hasBudget a PodDisruptionBudget of ours guards it
 * @param noRoom why the namespace's quotas refuse a second reservation
 * @param claims that are there now; when the pods were created there was none
 * @param hypervisors that tell what their nodes offer; when the pods were created there was none
 * @param images the nodes that have each image of the machine's disks
 * @param networks of the machine's namespace
 */
record PlacementFacts(
        @Nullable String machine,
        Applied.@Nullable Share agents,
        @Nullable Instant now,
        boolean namespaceEnds,
        boolean agentLost,
        @Nullable Setback setback,
        @Nullable List<StrayDomain> strays,
        @Nullable Instant bareSince,
        @Nullable List<PodFacts> pods,
        @Nullable Map<String, ClaimFacts> claims,
        @Nullable List<VirtualMachineMigration> migrations,
        long othersLeaving,
        long othersRunning,
        @Nullable List<Taint> taints,
        @Nullable Map<String, NodeFacts> nodes,
        @Nullable Fenced fenced,
        boolean refuted,
        @Nullable String guard,
        boolean hasBudget,
        @Nullable String noRoom,
        @Nullable List<Hypervisor> hypervisors,
        @Nullable List<Set<String>> images,
        @Nullable Map<String, VirtualMachineNetworkSpec> networks,
        @Nullable List<VirtualMachineClass> classes) {

    /**
     * A pod as the controller once created it, and what became of it.
     *
     * @param of what the machine's manifest differed in when the pod was created
     * @param secondsOld 1 without it
     * @param refusal what kube-scheduler said while it is not bound, or kubelet of a failed one
     * @param required it may be bound to that node alone, which keeps the machine's memory
     * @param named it was made for that node by name; while it has no {@code node} kubelet has not taken it
     * @param disruption reason of its condition DisruptionTarget
     * @param deletedWithGrace somebody deleted it
     * @param migration uid of the migration for which it was made
     * @param foreign it only carries the label
     * @param machineClass as it was when the pod was created
     */
    record PodFacts(
            long attempt,
            @Nullable JsonNode of,
            @Nullable String preferredNode,
            @Nullable String pinnedTo,
            @Nullable String required,
            @Nullable String named,
            @Nullable Long secondsOld,
            @Nullable String node,
            @Nullable String phase,
            ReservedPod.@Nullable Refusal refusal,
            @Nullable String disruption,
            @Nullable Long deletedWithGrace,
            @Nullable String migration,
            boolean foreign,
            @Nullable String memory,
            @Nullable VirtualMachineClass machineClass) {}

    /** @param closed why it takes no machines */
    record NodeFacts(@Nullable List<Taint> taints, @Nullable String closed) {
        NamedNode node() {
            return new NamedNode(
                    new NodeMarks(taints == null ? List.of() : taints, Optional.empty(), Optional.empty()),
                    Optional.ofNullable(closed));
        }
    }

    static final PodCondition SCHEDULED = new PodConditionBuilder()
            .withType("PodScheduled")
            .withStatus("True")
            .build();

    private static final String HOME = "worker-0";

    PlacementView view(VirtualMachine vm) {
        var made = pods == null ? List.<PodFacts>of() : pods;
        var isHome = vm.getStatus() != null && HOME.equals(vm.getStatus().nodeName());
        return new PlacementView(
                vm,
                ReservedPod.of(vm, made.stream().map(facts -> pod(vm, facts))),
                Optional.ofNullable(setback),
                strays == null ? List.of() : strays,
                Optional.of(bareSince == null ? at().minusSeconds(60) : bareSince),
                namespaceEnds,
                agentLost && isHome,
                ReservationOptions.DEFAULT.with(
                        ClassChoice.of(vm, this::machineClass),
                        Set.of(),
                        claims == null ? Map.of() : claims,
                        NodeChoice.of(NodeNeeds.of(vm, networks == null ? Map.of() : networks), kinds()),
                        NearImages.of(vm.getMetadata().getUid(), images == null ? List.of() : images)),
                at(),
                migrations == null ? List.of() : migrations,
                new MigrationTraffic(othersLeaving, othersRunning, othersRunning, MigrationTraffic.Limits.USUAL),
                isHome
                        ? new NodeMarks(
                                taints == null ? List.of() : taints,
                                Optional.ofNullable(fenced),
                                Optional.of(new Fencing(
                                        refuted ? Fencing.State.Refuted : Fencing.State.Fenced,
                                        "somebody",
                                        at().toString(),
                                        null)),
                                Optional.ofNullable(guard))
                        : NodeMarks.NONE,
                Optional.ofNullable(nodes)
                        .map(known -> known.get(vm.getSpec().nodeName()))
                        .map(NodeFacts::node),
                hasBudget,
                Optional.ofNullable(noRoom));
    }

    private Map<HypervisorKind, Set<String>> kinds() {
        return hypervisors == null
                ? Map.of()
                : hypervisors.stream()
                        .collect(Collectors.groupingBy(
                                hypervisor -> HypervisorKind.of(hypervisor).orElseThrow(),
                                Collectors.mapping(
                                        hypervisor -> hypervisor.getMetadata().getName(), Collectors.toSet())));
    }

    private Optional<VirtualMachineClass> machineClass(String name) {
        return classes == null
                ? Optional.empty()
                : classes.stream()
                        .filter(known -> name.equals(known.getMetadata().getName()))
                        .findFirst();
    }

    private Instant at() {
        return now == null ? Samples.NOW : now;
    }

    private Pod pod(VirtualMachine vm, PodFacts facts) {
        var machine = then(vm, facts);
        var made = ReservationPod.of(
                machine,
                facts.attempt(),
                placement(facts),
                ReservationOptions.DEFAULT.with(
                        ClassChoice.of(machine, _ -> Optional.ofNullable(facts.machineClass())),
                        Set.of(),
                        Map.of(),
                        NodeChoice.ANY,
                        List.of()));
        var builder = new PodBuilder(made)
                .editMetadata()
                .withUid("pod-uid-" + facts.attempt())
                .withCreationTimestamp(at().minusSeconds(facts.secondsOld() == null ? 1 : facts.secondsOld())
                        .toString())
                .endMetadata()
                .editSpec()
                .withNodeName(facts.node() == null ? facts.named() : facts.node())
                .endSpec();
        if (facts.foreign()) {
            builder.editMetadata().withOwnerReferences().endMetadata();
        }
        if (facts.migration() != null) {
            builder.editMetadata()
                    .addToLabels(Meridian.MIGRATION_LABEL, facts.migration())
                    .endMetadata();
        }
        if (facts.memory() != null) {
            builder.editSpec()
                    .editContainer(0)
                    .editResources()
                    .addToRequests("memory", new Quantity(facts.memory()))
                    .endResources()
                    .endContainer()
                    .endSpec();
        }
        if (facts.deletedWithGrace() != null) {
            builder.editMetadata()
                    .withDeletionTimestamp(at().toString())
                    .withDeletionGracePeriodSeconds(facts.deletedWithGrace())
                    .endMetadata();
        }
        told(builder, facts);
        if (facts.disruption() != null) {
            builder.editStatus()
                    .addNewCondition()
                    .withType("DisruptionTarget")
                    .withStatus("True")
                    .withReason(facts.disruption())
                    .withMessage("somebody wants the node free")
                    .endCondition()
                    .endStatus();
        }
        return builder.build();
    }

    private static PodBuilder told(PodBuilder builder, PodFacts facts) {
        var refusal = facts.refusal();
        if (facts.node() != null || refusal == null) {
            return builder.withNewStatus()
                    .withPhase(facts.phase() == null ? "Pending" : facts.phase())
                    .withReason(refusal == null ? null : refusal.reason())
                    .withMessage(refusal == null ? null : refusal.message())
                    .withConditions(facts.node() == null ? List.of() : List.of(SCHEDULED))
                    .endStatus();
        }
        return builder.withNewStatus()
                .withPhase("Pending")
                .addNewCondition()
                .withType("PodScheduled")
                .withStatus("False")
                .withReason(refusal.reason())
                .withMessage(refusal.message())
                .endCondition()
                .endStatus();
    }

    private static VirtualMachine then(VirtualMachine vm, PodFacts facts) {
        if (facts.of() == null) {
            return vm;
        }
        var tree = Yaml.tree(vm).<ObjectNode>deepCopy();
        Yaml.merge(tree, facts.of());
        return Yaml.read(tree, VirtualMachine.class);
    }

    private static Placement placement(PodFacts facts) {
        if (facts.pinnedTo() != null) {
            return new Placement.Pin(facts.pinnedTo());
        }
        if (facts.named() != null) {
            return new Placement.Named(facts.named(), Optional.empty());
        }
        if (facts.required() != null) {
            return new Placement.Require(facts.required(), "what the machine needs");
        }
        return facts.preferredNode() == null ? new Placement.Anywhere() : new Placement.Prefer(facts.preferredNode());
    }
}
