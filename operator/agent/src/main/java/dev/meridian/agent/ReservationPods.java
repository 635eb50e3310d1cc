package dev.meridian.agent;

import dev.meridian.api.v1alpha1.Meridian;
import dev.meridian.api.v1alpha1.Reservation;
import dev.meridian.domain.placement.PodVolumes;
import dev.meridian.domain.placement.ReservationPod;
import dev.meridian.domain.plan.Reserved;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The reservation pods that are bound to the node. */
final class ReservationPods implements AutoCloseable {
    private static final String BY_UID = "uid";

    /** A replacement that has room beside the deleted pod is bound within milliseconds. */
    private static final Duration OVERDUE = Duration.ofSeconds(10);

    private final String nodeName;
    private final AgentLease lease;
    private final InstantSource clock;
    private final Map<String, Instant> seenDeleted = new ConcurrentHashMap<>();
    private final ScheduledExecutorService reminders = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("reservations").factory());
    private final SharedIndexInformer<BoundPod> informer;

    /** @param changed told the uid of the machine whose pod changed */
    ReservationPods(
            KubernetesClient client, String nodeName, AgentLease lease, InstantSource clock, Consumer<UUID> changed) {
        this.nodeName = nodeName;
        this.lease = lease;
        this.clock = clock;
        // Watches read objects by their kind; without this, Pods as Fabric8's own.
        client.getKubernetesSerialization().registerKubernetesResource(BoundPod.class);
        this.informer = client.resources(BoundPod.class)
                .inAnyNamespace()
                .withLabel(Meridian.MACHINE_LABEL)
                .withField("spec.nodeName", nodeName)
                .runnableInformer(0);
        informer.addIndexers(Map.of(BY_UID, pod -> List.of(pod.getMetadata().getUid())));
        // also of its first list, while the API server is away
        informer.exceptionHandler((_, _) -> true);
        informer.addEventHandler(new ResourceEventHandler<>() {
            @Override
            public void onAdd(BoundPod pod) {
                noteDeletion(pod, changed);
                machine(pod, changed);
            }

            @Override
            public void onUpdate(BoundPod before, BoundPod pod) {
                noteDeletion(pod, changed);
                machine(pod, changed);
            }

            @Override
            public void onDelete(BoundPod pod, boolean unknown) {
                seenDeleted.remove(pod.getMetadata().getUid());
                // One that was deleted by force holds no room any more, and its process would live for a day.
                ReservationProcesses.end(pod.getMetadata().getUid());
                machine(pod, changed);
            }
        });
    }

    void start() {
        informer.run();
    }

    /**
     * What the pod that the controller names is worth here.
     *
     * @param anew the node has no domain of the machine: another may, of which the API server has forgotten
     */
    Reserved reserved(@Nullable Reservation reservation, boolean anew) {
        if (reservation == null || reservation.podUID() == null) {
            return new Reserved.Missing("is not there yet");
        }
        var pods = informer.getIndexer().byIndex(BY_UID, reservation.podUID());
        if (pods.isEmpty()) {
            return new Reserved.Missing("%s is not bound to node %s".formatted(reservation.podName(), nodeName));
        }
        if (anew && !lease.isBelieved()) {
            return new Reserved.Missing(
                    "%s is not believed: the API server's store was replaced by an earlier copy, and another node may have the machine; it is looked at again at %s"
                            .formatted(reservation.podName(), lease.doubtedUntil()));
        }
        return reserved(pods.getFirst());
    }

    /** What a pod's annotations say of a claim's capacity, in bytes; 0 when they do not. */
    long claimCapacity(String podUid, String claim) {
        return informer.getIndexer().byIndex(BY_UID, podUid).stream()
                .mapToLong(pod -> PodVolumes.capacityBytes(pod.getMetadata().getAnnotations(), claim))
                .findFirst()
                .orElse(0);
    }

    /** The claims that several nodes may write at a time, by a pod's annotations. */
    Set<String> sharedClaims(String podUid) {
        return informer.getIndexer().byIndex(BY_UID, podUid).stream()
                .findFirst()
                .map(pod -> PodVolumes.sharedClaims(pod.getMetadata().getAnnotations()))
                .orElse(Set.of());
    }

    /** UIDs of the namespace's pods here. */
    List<String> uids(String namespace) {
        return informer.getStore().list().stream()
                .map(pod -> pod.getMetadata())
                .filter(metadata -> metadata.getNamespace().equals(namespace))
                .map(metadata -> metadata.getUid())
                .toList();
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

    /** Those of them that were plainly deleted a while ago: on a full node the replacement waits for their room. */
    List<String> overdue(UUID machine) {
        var latest = clock.instant().minus(OVERDUE);
        return terminating(machine).stream()
                .filter(uid -> !seenDeleted.getOrDefault(uid, Instant.MAX).isAfter(latest))
                .toList();
    }

    private void noteDeletion(BoundPod pod, Consumer<UUID> changed) {
        var uid = pod.getMetadata().getUid();
        if (pod.getMetadata().getDeletionTimestamp() != null
                && vacates(pod).isEmpty()
                && seenDeleted.putIfAbsent(uid, clock.instant()) == null) {
            var _ = reminders.schedule(() -> machine(pod, changed), OVERDUE.toMillis() + 1, TimeUnit.MILLISECONDS);
        }
    }

    /** Why the machine is asked to leave the node; what goes with a Node object that was deleted asks for nothing. */
    private static Optional<String> vacates(BoundPod pod) {
        return pod.getStatus().conditions().stream()
                .filter(c -> c.type().equals("DisruptionTarget") && c.status().equals("True"))
                .filter(c -> !"DeletionByPodGC".equals(c.reason()))
                .map(c -> Objects.requireNonNullElse(c.message(), Objects.toString(c.reason(), "")))
                .findFirst();
    }

    private static Reserved reserved(BoundPod pod) {
        var name = pod.getMetadata().getName();
        var vacates = vacates(pod);
        if (vacates.isPresent()) {
            return new Reserved.Vacate(name, vacates.get());
        }
        var phase = Objects.toString(pod.getStatus().phase(), "");
        if (pod.getMetadata().getDeletionTimestamp() != null) {
            return new Reserved.Missing(name + " is being deleted");
        }
        if (phase.equals("Failed") || phase.equals("Succeeded")) {
            return new Reserved.Missing(
                    name + " has ended: " + Objects.toString(pod.getStatus().message(), phase));
        }
        return new Reserved.Bound(
                name, held(pod), ReservationPod.vcpus(pod.getMetadata().getAnnotations()));
    }

    private static Map<String, Quantity> held(BoundPod pod) {
        return pod.getSpec().containers().stream()
                .map(BoundPod.Container::resources)
                .filter(Objects::nonNull)
                .map(BoundPod.Resources::requests)
                .filter(Objects::nonNull)
                .flatMap(requests -> requests.entrySet().stream())
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, Quantity::add));
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
        reminders.shutdownNow();
        informer.stop();
    }
}
