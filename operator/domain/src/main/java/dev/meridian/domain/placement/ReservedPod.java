package dev.meridian.domain.placement;

import dev.meridian.api.v1alpha1.Meridian;
import dev.meridian.api.v1alpha1.Reservation;
import dev.meridian.api.v1alpha1.ReservationClass;
import dev.meridian.api.v1alpha1.VirtualMachine;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A reservation pod of a machine as the cluster has it.
 *
 * @param asked what it was made to ask for, by its own word; its requests may have been changed on their way
 * @param machineClass by which it was made
 * @param pinnedTo the nodes that the alternatives of its required node affinity name: the spec's, and one that is the only one
 * @param nodeName the node to which it is or was bound; none while kubelet has not taken one that was made for a node
 * @param migration uid of the migration for which it was made
 * @param vacates why the machine is asked to leave that node
 * @param admitted kubelet has taken it: its container runs, and nobody has deleted it
 */
public record ReservedPod(
        String name,
        String uid,
        long attempt,
        Instant createdAt,
        Map<String, Quantity> requests,
        Optional<String> asked,
        Optional<ReservationClass> machineClass,
        List<String> pinnedTo,
        Optional<String> nodeName,
        Optional<String> migration,
        Optional<String> vacates,
        boolean admitted,
        State state) {

    /** How far the pod has come. */
    public sealed interface State {
        /** kube-scheduler has not bound it; or it was made for a node whose kubelet has not taken it. */
        record Waiting(Optional<Refusal> refusal) implements State {}

        record Bound(String nodeName) implements State {}

        /** Its containers are over for good: it holds no room. */
        record Rejected(Refusal refusal) implements State {}

        /** It is deleted, or will be in a moment, and holds its room until its container has ended. */
        record Ending(long graceSeconds) implements State {}
    }

    /** Somebody's reason, in that one's own words; OutOfhugepages-2Mi is no word to a condition, so it is made one. */
    public record Refusal(String reason, String message) {
        private static final Pattern NO_WORD = Pattern.compile("^[^A-Za-z]+|[^A-Za-z0-9]");
        private static final int LONGEST_OF_AN_EVENT = 128;

        private static final Set<String> NOT_BY_KUBELET = Set.of("QuotaExceeded", "ReservationRefused");

        public Refusal {
            var word = NO_WORD.matcher(reason).replaceAll("");
            reason = word.isEmpty() ? "Refused" : word.substring(0, Math.min(word.length(), LONGEST_OF_AN_EVENT));
        }

        /** Of a pod that no scheduler had to do with: the API server has refused none that kubelet could. */
        boolean isByKubelet() {
            return !NOT_BY_KUBELET.contains(reason);
        }
    }

    /** The pods that the machine owns; a label alone proves nothing. */
    public static List<ReservedPod> of(VirtualMachine vm, Stream<Pod> pods) {
        return pods.filter(pod -> isOwned(vm, pod)).map(ReservedPod::of).toList();
    }

    public static boolean isOwned(VirtualMachine vm, HasMetadata object) {
        return object.getMetadata().getOwnerReferences().stream()
                .anyMatch(owner -> Boolean.TRUE.equals(owner.getController())
                        && vm.getMetadata().getUid().equals(owner.getUid()));
    }

    public boolean isWaiting() {
        return state instanceof State.Waiting;
    }

    public Optional<String> boundTo() {
        return state instanceof State.Bound(var node) ? Optional.of(node) : Optional.empty();
    }

    /** The same pod after our own deletion, before the cluster shows it. */
    public ReservedPod ending() {
        return new ReservedPod(
                name,
                uid,
                attempt,
                createdAt,
                requests,
                asked,
                machineClass,
                pinnedTo,
                nodeName,
                migration,
                vacates,
                false,
                new State.Ending(1));
    }

    /**
     * The record of this pod in the machine's status, once it is bound. Another pod than before counts as a later
     * reservation even if it is the older one: what was released for the one before is not released for this one.
     */
    Reservation recorded(Optional<Reservation> before) {
        var counted = before.map(Reservation::attempt).orElse(0L);
        var isRecorded = before.map(Reservation::podUID).equals(Optional.of(uid));
        return new Reservation(
                name,
                uid,
                boundTo().orElse(null),
                isRecorded ? counted : Math.max(attempt, counted + 1),
                machineClass.orElse(null));
    }

    static ReservedPod of(Pod pod) {
        var vacates = vacates(pod);
        var state = state(pod, vacates.isPresent());
        return new ReservedPod(
                pod.getMetadata().getName(),
                pod.getMetadata().getUid(),
                attempt(pod.getMetadata().getName()),
                Instant.parse(pod.getMetadata().getCreationTimestamp()),
                requests(pod),
                ReservationPod.asked(pod),
                ReservationPod.machineClass(pod),
                PodScheduling.named(pod.getSpec().getAffinity()),
                node(pod),
                Optional.ofNullable(pod.getMetadata().getLabels().get(Meridian.MIGRATION_LABEL)),
                vacates,
                state instanceof State.Bound && "Running".equals(status(pod).getPhase()),
                state);
    }

    private static State state(Pod pod, boolean isToVacate) {
        var grace = pod.getMetadata().getDeletionGracePeriodSeconds();
        if (pod.getMetadata().getDeletionTimestamp() != null) {
            return new State.Ending(grace == null ? 0 : grace);
        }
        if ("Failed".equals(status(pod).getPhase())
                || "Succeeded".equals(status(pod).getPhase())) {
            return new State.Rejected(
                    refusal(status(pod).getReason(), "PodEnded", status(pod).getMessage()));
        }
        if (isToVacate) {
            return new State.Ending(Long.MAX_VALUE);
        }
        return node(pod).<State>map(State.Bound::new).orElseGet(() -> new State.Waiting(refusal(pod)));
    }

    /**
     * A pod that is made with its node's name is nobody's until kubelet has taken it: kubelet may refuse it, for want of
     * room say. PodScheduled is True once it has, and from the very write by which a scheduler binds others.
     */
    private static Optional<String> node(Pod pod) {
        var isTaken = !"Pending".equals(Objects.requireNonNullElse(status(pod).getPhase(), "Pending"))
                || status(pod).getConditions().stream()
                        .anyMatch(c -> c.getType().equals("PodScheduled")
                                && c.getStatus().equals("True"));
        return Optional.ofNullable(pod.getSpec().getNodeName())
                .filter(node -> !node.isEmpty())
                .filter(_ -> isTaken);
    }

    /**
     * An eviction, a preemption, a taint or kubelet itself wants the node free. What the pod garbage collector removes
     * with a Node object asks for nothing: the machine runs on.
     */
    private static Optional<String> vacates(Pod pod) {
        var node = pod.getSpec().getNodeName();
        return status(pod).getConditions().stream()
                .filter(_ -> node != null && !node.isEmpty())
                .filter(c ->
                        c.getType().equals("DisruptionTarget") && c.getStatus().equals("True"))
                .filter(c -> !"DeletionByPodGC".equals(c.getReason()))
                .map(c -> Objects.requireNonNullElse(c.getMessage(), Objects.toString(c.getReason(), "")))
                .findFirst();
    }

    private static Optional<Refusal> refusal(Pod pod) {
        return status(pod).getConditions().stream()
                .filter(c -> c.getType().equals("PodScheduled") && c.getStatus().equals("False"))
                .findFirst()
                .map(ReservedPod::refusal);
    }

    private static Refusal refusal(PodCondition condition) {
        return refusal(condition.getReason(), "Unschedulable", condition.getMessage());
    }

    private static Refusal refusal(@Nullable String reason, String otherwise, @Nullable String message) {
        return new Refusal(reason == null || reason.isEmpty() ? otherwise : reason, message == null ? "" : message);
    }

    private static PodStatus status(Pod pod) {
        return pod.getStatus() == null ? new PodStatus() : pod.getStatus();
    }

    /** Of our own container; others may have been put beside it. */
    public static Map<String, Quantity> requests(Pod pod) {
        return pod.getSpec().getContainers().stream()
                .filter(container -> container.getName().equals(ReservationPod.CONTAINER))
                .map(Container::getResources)
                .filter(Objects::nonNull)
                .map(ResourceRequirements::getRequests)
                .findFirst()
                .orElse(Map.of());
    }

    private static long attempt(String name) {
        try {
            return Long.parseLong(name.substring(name.lastIndexOf('-') + 1));
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
