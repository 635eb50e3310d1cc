package dev.meridian.domain.placement;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.meridian.api.v1alpha1.Meridian;
import dev.meridian.api.v1alpha1.VirtualMachineSpec;
import dev.meridian.domain.machine.Digests;
import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.AffinityBuilder;
import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.fabric8.kubernetes.api.model.NodeSelectorTermBuilder;
import io.fabric8.kubernetes.api.model.PreferredSchedulingTerm;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.TolerationBuilder;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraint;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What of a reservation pod a scheduler decides by: what the spec says of it, and what the machine's placement adds.
 *
 * @param near the nodes that have images of its disks: no more than a hint, and no reason to make another pod
 */
record PodScheduling(VirtualMachineSpec spec, Placement placement, NodeChoice nodes, List<String> near) {
    /** Where a required term names one node by its name. */
    static final String NAME_FIELD = "metadata.name";

    private static final int COMMON = 90;

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL))
            .build();

    Map<String, String> nodeSelector() {
        return isChosen() ? Objects.requireNonNullElse(spec.nodeSelector(), Map.of()) : Map.of();
    }

    Affinity affinity() {
        var wished = isChosen()
                ? Optional.ofNullable(spec.affinity())
                : Optional.<dev.meridian.api.v1alpha1.Affinity>empty();
        var affinity =
                wished.map(given -> JSON.convertValue(given, Affinity.class)).orElseGet(Affinity::new);
        var builder = new AffinityBuilder(affinity)
                .editOrNewNodeAffinity()
                .editOrNewRequiredDuringSchedulingIgnoredDuringExecution()
                .withNodeSelectorTerms(required(affinity))
                .endRequiredDuringSchedulingIgnoredDuringExecution()
                .endNodeAffinity();
        return builder.editNodeAffinity()
                .addAllToPreferredDuringSchedulingIgnoredDuringExecution(preferred(affinity))
                .endNodeAffinity()
                .build();
    }

    private List<PreferredSchedulingTerm> preferred(Affinity wished) {
        return switch (placement) {
            case Placement.Prefer(var node) -> List.of(new PreferredSchedulingTerm(named(node), 100));
            case Placement.Anywhere() -> near(wished);
            case Placement.Elsewhere(var _, var target) -> target.isPresent() ? List.of() : near(wished);
            case Placement.Named(var _, var _), Placement.Require(var _, var _), Placement.Pin(var _) -> List.of();
        };
    }

    /**
     * kube-scheduler scales what nodes have of these weights so that the best has 100, and takes that twice beside how empty
     * nodes are: one term alone would send every machine to the first node that has its image, however full. With what all
     * nodes have in common the others have {@value #COMMON} of 100, and a node with the image is taken while it is no more than
     * a fifth fuller. A preference of the spec's would be made less of by the common term: then there is none of ours.
     */
    private List<PreferredSchedulingTerm> near(Affinity wished) {
        var isChosenByUser = Optional.ofNullable(wished.getNodeAffinity())
                .filter(node -> !node.getPreferredDuringSchedulingIgnoredDuringExecution()
                        .isEmpty())
                .isPresent();
        if (near.isEmpty() || isChosenByUser) {
            return List.of();
        }
        var common = new NodeSelectorTermBuilder()
                .withMatchExpressions(in(Meridian.HYPERVISOR_LABEL, "true"))
                .build();
        return Stream.concat(
                        Stream.of(new PreferredSchedulingTerm(common, COMMON)),
                        near.stream().map(node -> new PreferredSchedulingTerm(named(node), 100 - COMMON)))
                .toList();
    }

    /** The nodes that alternatives of what is required name, in order. */
    static List<String> named(@Nullable Affinity affinity) {
        return Stream.ofNullable(affinity)
                .map(Affinity::getNodeAffinity)
                .filter(Objects::nonNull)
                .map(node -> node.getRequiredDuringSchedulingIgnoredDuringExecution())
                .filter(Objects::nonNull)
                .flatMap(required -> required.getNodeSelectorTerms().stream())
                .flatMap(term -> term.getMatchFields().stream())
                .filter(field ->
                        field.getKey().equals(NAME_FIELD) && field.getOperator().equals("In"))
                .flatMap(field -> field.getValues().stream())
                .toList();
    }

    /** What the spec tolerates; and, as a machine outlives its kubelet, a node that is not heard of. */
    List<Toleration> tolerations() {
        return Stream.concat(
                        Stream.of(stays("node.kubernetes.io/not-ready"), stays("node.kubernetes.io/unreachable")),
                        Objects.requireNonNullElse(spec.tolerations(), List.<dev.meridian.api.v1alpha1.Toleration>of())
                                .stream()
                                .map(given -> JSON.convertValue(given, Toleration.class)))
                .toList();
    }

    List<TopologySpreadConstraint> topologySpreadConstraints() {
        return isChosen() && spec.topologySpreadConstraints() != null
                ? spec.topologySpreadConstraints().stream()
                        .map(given -> JSON.convertValue(given, TopologySpreadConstraint.class))
                        .toList()
                : List.of();
    }

    /** All of it that is the spec's beside the node's labels, in a word that differs when it does; none when it says nothing. */
    String asked() {
        return (asksForKinds() ? nodes.asked() : "") + said();
    }

    private String said() {
        var said = new TreeMap<String, Object>();
        add(said, "nodeName", isChosen() ? spec.nodeName() : null);
        add(said, "affinity", isChosen() ? spec.affinity() : null);
        add(said, "tolerations", spec.tolerations());
        add(said, "topologySpreadConstraints", isChosen() ? spec.topologySpreadConstraints() : null);
        add(said, "priorityClassName", spec.priorityClassName());
        add(said, "schedulerName", spec.schedulerName());
        return said.isEmpty()
                ? ""
                : " as " + Digests.sha256(JSON.valueToTree(said).toString()).substring(0, 16);
    }

    private static void add(Map<String, Object> said, String field, @Nullable Object value) {
        if (value != null) {
            said.put(field, value);
        }
    }

    /** Whether there is a choice of nodes: where the guest runs is no more a question. */
    private boolean isChosen() {
        return !(placement instanceof Placement.Pin);
    }

    /** The node that the spec names is asked itself: its agent says best what is wrong there. */
    private boolean asksForKinds() {
        return isChosen() && placement.bound().isEmpty();
    }

    /** Terms are alternatives: each is to hold what the placement adds. */
    private List<NodeSelectorTerm> required(Affinity wished) {
        var terms = Optional.ofNullable(wished.getNodeAffinity())
                .map(node -> node.getRequiredDuringSchedulingIgnoredDuringExecution())
                .map(selector -> selector.getNodeSelectorTerms())
                .orElse(List.of(new NodeSelectorTerm()));
        return terms.stream().map(this::narrowed).toList();
    }

    private NodeSelectorTerm narrowed(NodeSelectorTerm term) {
        var builder = new NodeSelectorTermBuilder(term);
        if (asksForKinds() && !nodes.kinds().isEmpty()) {
            builder.addToMatchExpressions(
                    new NodeSelectorRequirement(Meridian.KIND_LABEL, "In", List.copyOf(nodes.kinds())));
        }
        return switch (placement) {
            case Placement.Anywhere(), Placement.Prefer(var _), Placement.Named(var _, var _) ->
                builder.addToMatchExpressions(in(Meridian.HYPERVISOR_LABEL, "true"))
                        .build();
            case Placement.Require(var node, var _) ->
                builder.addToMatchExpressions(in(Meridian.HYPERVISOR_LABEL, "true"))
                        .addToMatchFields(in(NAME_FIELD, node))
                        .build();
            case Placement.Pin(var node) ->
                builder.addToMatchFields(in(NAME_FIELD, node)).build();
            case Placement.Elsewhere(var from, var wished) -> {
                builder.addToMatchExpressions(in(Meridian.HYPERVISOR_LABEL, "true"))
                        .addToMatchFields(new NodeSelectorRequirement(NAME_FIELD, "NotIn", List.of(from)));
                wished.ifPresent(node -> builder.addToMatchFields(in(NAME_FIELD, node)));
                yield builder.build();
            }
        };
    }

    private static NodeSelectorTerm named(String node) {
        return new NodeSelectorTermBuilder()
                .withMatchFields(in(NAME_FIELD, node))
                .build();
    }

    private static NodeSelectorRequirement in(String key, String value) {
        return new NodeSelectorRequirement(key, "In", List.of(value));
    }

    private static Toleration stays(String taint) {
        return new TolerationBuilder()
                .withKey(taint)
                .withOperator("Exists")
                .withEffect("NoExecute")
                .build();
    }
}
