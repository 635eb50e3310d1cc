package dev.meridian.controller;

import dev.meridian.api.v1alpha1.Meridian;
import dev.meridian.api.v1alpha1.VirtualMachine;
import dev.meridian.domain.placement.PlacementView;
import dev.meridian.domain.placement.ReservationPod;
import dev.meridian.domain.placement.ReservedPod;
import dev.meridian.domain.placement.Setback;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.net.HttpURLConnection;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Collectors;

/** The machines' reservation pods, and what became of those that came to nothing. */
final class Reservations {
    private static final int UNPROCESSABLE = 422;

    private final KubernetesClient client;
    private final InformerEventSource<Pod, VirtualMachine> pods;
    private final InstantSource clock;
    private final ConcurrentMap<String, Setback> setbacks = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, Set<String>> deleted = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, Instant> bare = new ConcurrentHashMap<>();

    Reservations(KubernetesClient client, InformerEventSource<Pod, VirtualMachine> pods, InstantSource clock) {
        this.client = client;
        this.pods = pods;
        this.clock = clock;
    }

    List<ReservedPod> of(VirtualMachine vm) {
        var found = ReservedPod.of(vm, pods.getSecondaryResources(vm).stream());
        setback(vm)
                .filter(setback -> found.stream().anyMatch(setback::isOverWith))
                .ifPresent(setback -> setbacks.remove(uid(vm), setback));
        var ended = stillSeen(vm, found);
        return found.stream()
                .map(pod -> ended.contains(pod.uid()) ? pod.ending() : pod)
                .toList();
    }

    /** Of the machine's pods, which have their priority of its spec's class. */
    int priority(VirtualMachine vm) {
        return pods.getSecondaryResources(vm).stream()
                .filter(pod -> ReservedPod.isOwned(vm, pod))
                .map(pod -> pod.getSpec().getPriority())
                .filter(Objects::nonNull)
                .max(Comparator.naturalOrder())
                .orElse(0);
    }

    /** What the pods of these migrations hold there, for as long as they last. */
    List<Map<String, Quantity>> moving(String namespace, Set<String> underWay) {
        return pods.list(
                        namespace,
                        pod -> underWay.contains(
                                pod.getMetadata().getLabels().getOrDefault(Meridian.MIGRATION_LABEL, "")))
                .map(ReservedPod::requests)
                .toList();
    }

    Optional<Setback> setback(VirtualMachine vm) {
        return Optional.ofNullable(setbacks.get(uid(vm)));
    }

    /** Creates the pod, or takes note of why there is none. */
    void create(VirtualMachine vm, Pod pod) {
        try {
            created(client.resource(pod).create());
        } catch (KubernetesClientException e) {
            switch (e.getCode()) {
                case HttpURLConnection.HTTP_CONFLICT -> adopt(vm, pod);
                case HttpURLConnection.HTTP_FORBIDDEN, HttpURLConnection.HTTP_BAD_REQUEST, UNPROCESSABLE ->
                    setBack(vm, refusal(e), ReservationPod.asked(pod));
                default -> throw e;
            }
        }
    }

    /** When it was first seen that nothing is known of the machine's life; now, while something is. */
    Instant bareSince(VirtualMachine vm) {
        if (PlacementView.isBare(vm)) {
            return bare.computeIfAbsent(uid(vm), _ -> clock.instant());
        }
        bare.remove(uid(vm));
        return clock.instant();
    }

    /** The pod of that uid; a later one of the same name is another reservation. */
    void delete(VirtualMachine vm, ReservedPod pod) {
        try {
            client.raw(
                    "/api/v1/namespaces/%s/pods/%s".formatted(vm.getMetadata().getNamespace(), pod.name()),
                    "DELETE",
                    Map.of("gracePeriodSeconds", 1, "preconditions", Map.of("uid", pod.uid())));
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT && e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
                throw e;
            }
        }
        deleted.computeIfAbsent(uid(vm), _ -> ConcurrentHashMap.newKeySet()).add(pod.uid());
    }

    void discard(VirtualMachine vm, ReservedPod pod, ReservedPod.Refusal refusal) {
        delete(vm, pod);
        setBack(vm, refusal, pod.asked());
    }

    void forget(VirtualMachine vm) {
        setbacks.remove(uid(vm));
        deleted.remove(uid(vm));
        bare.remove(uid(vm));
    }

    /** An earlier attempt of ours whose answer was lost, or somebody else's pod that has the name. */
    private void adopt(VirtualMachine vm, Pod pod) {
        var there = client.resource(pod).get();
        if (there != null && ReservedPod.isOwned(vm, there)) {
            created(there);
            return;
        }
        setBack(
                vm,
                new ReservedPod.Refusal(
                        "ReservationRefused",
                        "pod \"" + pod.getMetadata().getName() + "\" exists and is not the machine's; delete it"),
                Optional.empty());
    }

    private void created(Pod pod) {
        pods.handleRecentResourceCreate(ResourceID.fromResource(pod), pod);
    }

    private void setBack(VirtualMachine vm, ReservedPod.Refusal refusal, Optional<String> asked) {
        setbacks.compute(
                uid(vm), (_, before) -> Setback.after(Optional.ofNullable(before), refusal, asked, clock.instant()));
    }

    private static ReservedPod.Refusal refusal(KubernetesClientException e) {
        var message = e.getStatus() == null || e.getStatus().getMessage() == null
                ? String.valueOf(e.getMessage())
                : e.getStatus().getMessage();
        var isQuota = e.getCode() == HttpURLConnection.HTTP_FORBIDDEN && message.contains("exceeded quota");
        return new ReservedPod.Refusal(isQuota ? "QuotaExceeded" : "ReservationRefused", message);
    }

    /** Pods that we deleted while the informer still shows them whole. */
    private Set<String> stillSeen(VirtualMachine vm, List<ReservedPod> found) {
        var ended = deleted.get(uid(vm));
        if (ended == null) {
            return Set.of();
        }
        ended.retainAll(found.stream().map(ReservedPod::uid).collect(Collectors.toSet()));
        if (ended.isEmpty()) {
            deleted.remove(uid(vm));
        }
        return ended;
    }

    private static String uid(VirtualMachine vm) {
        return vm.getMetadata().getUid();
    }
}
