package dev.meridian.domain.placement;

import dev.meridian.api.v1alpha1.Hypervisor;
import dev.meridian.api.v1alpha1.Meridian;
import dev.meridian.domain.status.Conditions;
import io.fabric8.kubernetes.api.model.Node;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Whether a node takes machines. */
public final class HypervisorLabel {
    private HypervisorLabel() {}

    /** Its libvirt is ready by the word of an agent that is alive, no administrator has closed it, and nobody calls it dead. */
    public static boolean isDeserved(Optional<Hypervisor> hypervisor, NodeMarks marks, boolean isAgentAlive) {
        return isAgentAlive
                && marks.word().isEmpty()
                && hypervisor
                        .filter(HypervisorLabel::isReady)
                        .filter(HypervisorLabel::isSchedulable)
                        .isPresent();
    }

    /** Why a node has no such label; the label itself says whether that is so. */
    public static String missing(Optional<Hypervisor> hypervisor, NodeMarks marks, boolean isAgentAlive) {
        if (hypervisor.isEmpty()) {
            return "it has no Hypervisor, for no agent has told of it";
        }
        if (!isSchedulable(hypervisor.get())) {
            return "spec.schedulable of its Hypervisor is false";
        }
        return marks.word()
                .map(word -> "it is called dead (%s)".formatted(word))
                .orElse(isAgentAlive ? "its Hypervisor is not Ready" : "its agent is not heard of");
    }

    public static boolean isOn(Node node) {
        return "true".equals(node.getMetadata().getLabels().get(Meridian.HYPERVISOR_LABEL));
    }

    public static Optional<String> kind(Node node) {
        return Optional.ofNullable(node.getMetadata().getLabels().get(Meridian.KIND_LABEL));
    }

    private static boolean isReady(Hypervisor hypervisor) {
        var status = hypervisor.getStatus();
        return status != null && Conditions.isTrue(Objects.requireNonNullElse(status.conditions(), List.of()), "Ready");
    }

    private static boolean isSchedulable(Hypervisor hypervisor) {
        return hypervisor.getSpec() == null
                || !Boolean.FALSE.equals(hypervisor.getSpec().schedulable());
    }
}
