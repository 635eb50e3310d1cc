package dev.meridian.domain.placement;

import dev.meridian.api.v1alpha1.Fenced;
import dev.meridian.api.v1alpha1.Fencing;
import dev.meridian.api.v1alpha1.Meridian;
import dev.meridian.api.v1alpha1.TolerationOperator;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Taint;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What a machine's node is marked with.
 *
 * @param taints of the Node
 * @param fenced what its Hypervisor's spec says of its death
 * @param fencing what that is worth, as far as the controller has said so
 * @param guard by what proof the machine's guest is dead there, whatever the node is
 */
public record NodeMarks(
        List<Taint> taints, Optional<Fenced> fenced, Optional<Fencing> fencing, Optional<String> guard) {
    public static final NodeMarks NONE = new NodeMarks(List.of(), Optional.empty(), Optional.empty());

    /** By it, a person or a tool tells Kubernetes that the node is down and its volumes may be taken from it. */
    private static final String OUT_OF_SERVICE = "node.kubernetes.io/out-of-service";

    /** Set before a node's pods are evicted: by a person, by cluster-autoscaler, by Karpenter. */
    private static final Set<String> VACATING =
            Set.of(Meridian.MAINTENANCE_TAINT, "ToBeDeletedByClusterAutoscaler", "karpenter.sh/disrupted");

    private static final Set<String> UNREADY = Set.of("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable");

    private static final Set<String> HARD = Set.of("NoSchedule", "NoExecute");

    public NodeMarks {
        taints = List.copyOf(taints);
    }

    /** With no proof of a guest's death but the node's. */
    public NodeMarks(List<Taint> taints, Optional<Fenced> fenced, Optional<Fencing> fencing) {
        this(taints, fenced, fencing, Optional.empty());
    }

    /** The taint by which the node is to be vacated, unless the machine tolerates it. */
    public Optional<String> vacating(List<dev.meridian.api.v1alpha1.Toleration> tolerations) {
        return taints.stream()
                .filter(taint -> VACATING.contains(taint.getKey()) && HARD.contains(taint.getEffect()))
                .filter(taint -> tolerations.stream().noneMatch(toleration -> isTolerated(taint, toleration)))
                .map(Taint::getKey)
                .sorted()
                .findFirst();
    }

    /**
     * The taint for which kube-scheduler, or kubelet, would not let a machine's pod onto the node. Those of a node that is
     * not heard of evict no such pod, whatever its machine tolerates.
     */
    Optional<Taint> keepingOut(List<dev.meridian.api.v1alpha1.Toleration> tolerations) {
        return taints.stream()
                .filter(taint -> HARD.contains(taint.getEffect()))
                .filter(taint ->
                        !(UNREADY.contains(taint.getKey()) && taint.getEffect().equals("NoExecute")))
                .filter(taint -> tolerations.stream().noneMatch(toleration -> isTolerated(taint, toleration)))
                .min(Comparator.comparing(Taint::getKey).thenComparing(Taint::getEffect));
    }

    /** By whose word, which counts, the node is dead, or by what proof. */
    Optional<String> death() {
        return fencing.filter(said -> said.state() == Fencing.State.Fenced)
                .flatMap(said ->
                        word().or(() -> Optional.ofNullable(said.driver()).map(_ -> said.by())))
                .or(this::guard);
    }

    /**
     * What a word is worth: all, while nothing is heard of the agent; nothing for ever, once something was. Else a word that
     * nobody has taken back would be believed again when the network fails for a minute.
     *
     * @param isAgentAlive within the time that its Lease states
     * @param wasHeardSince a renewal of the Lease was seen since the word was
     * @param renewal the last one of the agent's Lease, empty without a Lease
     */
    public Optional<Fencing> worth(boolean isAgentAlive, boolean wasHeardSince, Optional<String> renewal, Instant now) {
        return word().flatMap(by -> {
            var isRefuted = wasHeardSince
                    || fencing.filter(said -> said.state() == Fencing.State.Refuted || isOutdated(said, renewal))
                            .isPresent();
            if (!isRefuted && isAgentAlive && !isStillSilent(renewal)) {
                return Optional.empty();
            }
            var state = isRefuted ? Fencing.State.Refuted : Fencing.State.Fenced;
            return fencing.filter(said -> said.driver() == null
                            && said.state() == state
                            && said.by().equals(by))
                    .or(() -> Optional.of(new Fencing(
                            state, by, now.truncatedTo(ChronoUnit.SECONDS).toString(), renewal.orElse(null))));
        });
    }

    /** Whether the agent was heard of since that was told, be it that no controller ran to hear it. */
    public static boolean isOutdated(Fencing said, Optional<String> renewal) {
        return said.state() == Fencing.State.Fenced
                && said.lastRenewal() != null
                && renewal.filter(last -> !last.equals(said.lastRenewal())).isPresent();
    }

    /** A controller that begins takes each Lease for alive at first: one that was expired before still is. */
    private boolean isStillSilent(Optional<String> renewal) {
        return fencing.filter(said -> said.state() == Fencing.State.Fenced)
                .map(Fencing::lastRenewal)
                .filter(last -> renewal.equals(Optional.of(last)))
                .isPresent();
    }

    /** Who says that the node is dead. */
    public Optional<String> word() {
        return fenced.map(word -> "spec.fenced of its Hypervisor, by " + word.by())
                .or(() -> taints.stream()
                        .filter(taint -> taint.getKey().equals(OUT_OF_SERVICE) && HARD.contains(taint.getEffect()))
                        .findFirst()
                        .map(_ -> "taint " + OUT_OF_SERVICE));
    }

    /** By the word of the cluster's node controller: kubelet says so itself, or is not heard of. */
    public static boolean isUnready(Node node) {
        return node.getSpec() != null
                && node.getSpec().getTaints().stream().anyMatch(taint -> UNREADY.contains(taint.getKey()));
    }

    boolean isCordoned() {
        return taints.stream().anyMatch(taint -> taint.getKey().equals("node.kubernetes.io/unschedulable"));
    }

    private static boolean isTolerated(Taint taint, dev.meridian.api.v1alpha1.Toleration toleration) {
        var isOfEffect =
                toleration.effect() == null || toleration.effect().name().equals(taint.getEffect());
        var isOfKey = toleration.key() == null || toleration.key().equals(taint.getKey());
        var isOfValue = toleration.operator() == TolerationOperator.Exists
                || Objects.requireNonNullElse(toleration.value(), "")
                        .equals(Objects.requireNonNullElse(taint.getValue(), ""));
        return isOfEffect && isOfKey && isOfValue;
    }
}
