package dev.meridian.agent;

import dev.meridian.api.v1alpha1.Meridian;
import dev.meridian.api.v1alpha1.Reservation;
import dev.meridian.domain.plan.Reserved;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The reservation pods that are bound to the node. */
final class ReservationPods implements AutoCloseable {
    private static final String BY_UID = "uid";

    private final String nodeName;
    private final SharedIndexInformer<BoundPod> informer;

    /** @param changed told the uid of the machine whose pod changed */
    ReservationPods(KubernetesClient client, String nodeName, Consumer<UUID> changed) {
        this.nodeName = nodeName;
        // Watches read objects by their kind; without this, Pods as Fabric8's own.
        client.getKubernetesSerialization().registerKubernetesResource(BoundPod.class);
        this.informer = client.resources(BoundPod.class)
                .inAnyNamespace()
                .withLabel(Meridian.MACHINE_LABEL)
                .withField("spec.nodeName", nodeName)
                .runnableInformer(0);
        informer.addIndexers(Map.of(BY_UID, pod -> List.of(pod.getMetadata().getUid())));
        informer.addEventHandler(new ResourceEventHandler<>() {
            @Override
            public void onAdd(BoundPod pod) {
                machine(pod, changed);
            }

            @Override
            public void onUpdate(BoundPod before, BoundPod pod) {
                machine(pod, changed);
            }

            @Override
            public void onDelete(BoundPod pod, boolean unknown) {
                machine(pod, changed);
            }
        });
    }

    void start() {
        informer.run();
    }

    /** What the pod that the controller names is worth here. */
    Reserved reserved(@Nullable Reservation reservation) {
        if (reservation == null || reservation.podUID() == null) {
            return new Reserved.Missing("is not there yet");
        }
        var pods = informer.getIndexer().byIndex(BY_UID, reservation.podUID());
        if (pods.isEmpty()) {
            return new Reserved.Missing("%s is not bound to node %s".formatted(reservation.podName(), nodeName));
        }
        return reserved(pods.getFirst());
    }

    /** UIDs of the machine's pods here that somebody deleted: they run on until their process is ended. */
    List<String> terminating(UUID machine) {
        return informer.getStore().list().stream()
                .filter(pod -> pod.getMetadata().getDeletionTimestamp() != null)
                .filter(pod -> pod.getMetadata().getOwnerReferences().stream()
                        .anyMatch(owner -> owner.getUid().equals(machine.toString())))
                .map(pod -> pod.getMetadata().getUid())
                .toList();
    }

    private static Reserved reserved(BoundPod pod) {
        var name = pod.getMetadata().getName();
        var phase = Objects.toString(pod.getStatus().phase(), "");
        if (pod.getMetadata().getDeletionTimestamp() != null) {
            return new Reserved.Missing(name + " is being deleted");
        }
        if (phase.equals("Failed") || phase.equals("Succeeded")) {
            return new Reserved.Missing(
                    name + " has ended: " + Objects.toString(pod.getStatus().message(), phase));
        }
        return new Reserved.Bound(name, memory(pod).longValue());
    }

    private static BigDecimal memory(BoundPod pod) {
        return pod.getSpec().containers().stream()
                .map(BoundPod.Container::resources)
                .filter(Objects::nonNull)
                .map(BoundPod.Resources::requests)
                .filter(Objects::nonNull)
                .map(requests ->
                        requests.getOrDefault("memory", new Quantity("0")).getNumericalAmount())
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private static void machine(BoundPod pod, Consumer<UUID> changed) {
        var uid = pod.getMetadata().getLabels().get(Meridian.MACHINE_LABEL);
        try {
            changed.accept(UUID.fromString(uid));
        } catch (IllegalArgumentException _) {
            // A label that is no uid is not one of ours; anybody may label a pod.
            return;
        }
    }

    @Override
    public void close() {
        informer.stop();
    }
}
