package dev.meridian.domain.placement;

import dev.meridian.api.v1alpha1.Toleration;
import io.fabric8.kubernetes.api.model.Taint;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What the cluster has under the name that a machine's spec gives for its node. kube-scheduler would heed all of this, and
 * is not asked.
 *
 * @param marks of the Node
 * @param closed why no machine is placed there, whoever asks
 */
public record NamedNode(NodeMarks marks, Optional<String> closed) {
    private static final String CORDON = "node.kubernetes.io/unschedulable";
    private static final String OTHERWISE = "name another node, or leave it out";

    /** Why no pod is made for a machine that names its node; empty when kubelet may be asked. */
    static Optional<ReservedPod.Refusal> refusal(String name, Optional<NamedNode> known, List<Toleration> tolerations) {
        if (known.isEmpty()) {
            return refusal("NodeNotFound", "there is no node \"%s\"; %s".formatted(name, OTHERWISE));
        }
        var closed = known.get().closed();
        if (closed.isPresent()) {
            return refusal(
                    "NodeTakesNoMachines",
                    "node \"%s\" takes no machines: %s; wait for it, %s".formatted(name, closed.get(), OTHERWISE));
        }
        return known.get()
                .marks()
                .keepingOut(tolerations)
                .flatMap(taint -> refusal(
                        "NodeTainted",
                        "node \"%s\" %s; wait until that is taken away, tolerate it by spec.tolerations, %s"
                                .formatted(name, words(taint), OTHERWISE)));
    }

    /**
     * What kubelet says of a pod that it does not take, with what helps.
     *
     * @param keeps what the node keeps without which the machine starts nowhere else
     */
    static ReservedPod.Refusal explained(String name, Optional<String> keeps, ReservedPod.Refusal refusal) {
        var here = cure(refusal.reason());
        return new ReservedPod.Refusal(
                refusal.reason(),
                "spec.nodeName: node \"%s\" did not take it%s (%s); %s"
                        .formatted(
                                name,
                                keeps.map(kept -> ", and keeps " + kept).orElse(""),
                                refusal.message(),
                                keeps.isPresent() ? here : here + ", " + OTHERWISE));
    }

    private static String cure(String reason) {
        if (reason.equals("NodeAffinity")) {
            return "correct spec.nodeSelector or spec.affinity";
        }
        return reason.startsWith("OutOf") ? "make room there" : "it is asked again";
    }

    /** The machine's node keeps of it what it cannot do without, and the spec names another. */
    static ReservedPod.Refusal elsewhere(String name, Placement.Require at) {
        return new ReservedPod.Refusal(
                "StateElsewhere",
                "spec.nodeName: \"%s\" is named, and node \"%s\" keeps %s; name that one, or leave it out"
                        .formatted(name, at.nodeName(), at.keeps()));
    }

    private static Optional<ReservedPod.Refusal> refusal(String reason, String message) {
        return Optional.of(new ReservedPod.Refusal(reason, "spec.nodeName: " + message));
    }

    private static String words(Taint taint) {
        return taint.getKey().equals(CORDON)
                ? "is cordoned (taint %s:%s)".formatted(CORDON, taint.getEffect())
                : "has taint %s%s:%s"
                        .formatted(
                                taint.getKey(),
                                Objects.requireNonNullElse(taint.getValue(), "").isEmpty()
                                        ? ""
                                        : "=" + taint.getValue(),
                                taint.getEffect());
    }
}
