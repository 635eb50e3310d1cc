package dev.meridian.controller;

import dev.meridian.api.v1alpha1.Hypervisor;
import dev.meridian.api.v1alpha1.Stray;
import dev.meridian.domain.placement.StrayDomain;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Domains that nodes report as strays, by the machine's uid. Listeners hear of a machine whenever that changes. */
final class StrayDomains implements ResourceEventHandler<Hypervisor>, AutoCloseable {
    private final ConcurrentMap<String, Map<String, StrayDomain>> byMachine = new ConcurrentHashMap<>();
    private final List<BiConsumer<String, String>> listeners = new CopyOnWriteArrayList<>();
    private volatile @Nullable SharedIndexInformer<Hypervisor> informer;

    /** @param listener told namespace and name */
    void listen(BiConsumer<String, String> listener) {
        listeners.add(listener);
    }

    /** Returns when all that nodes have reported is known. */
    void start(KubernetesClient client) {
        var started = client.resources(Hypervisor.class).runnableInformer(0);
        started.itemStore(Pruned.ofStrays());
        started.addEventHandler(this);
        started.run();
        started.getStore().list().forEach(this::onAdd);
        informer = started;
    }

    List<StrayDomain> of(String machineUid) {
        return List.copyOf(byMachine.getOrDefault(machineUid, Map.of()).values());
    }

    @Override
    public void onAdd(Hypervisor hypervisor) {
        changed(hypervisor.getMetadata().getName(), List.of(), strays(hypervisor));
    }

    @Override
    public void onUpdate(Hypervisor before, Hypervisor hypervisor) {
        changed(hypervisor.getMetadata().getName(), strays(before), strays(hypervisor));
    }

    @Override
    public void onDelete(Hypervisor hypervisor, boolean finalStateUnknown) {
        changed(hypervisor.getMetadata().getName(), strays(hypervisor), List.of());
    }

    @Override
    public void close() {
        var running = informer;
        if (running != null) {
            running.close();
        }
    }

    private void changed(String node, List<Stray> before, List<Stray> now) {
        var differing = new HashSet<>(before);
        differing.addAll(now);
        differing.removeIf(stray -> before.contains(stray) && now.contains(stray));
        before.forEach(stray -> byMachine.computeIfPresent(stray.uid(), (_, nodes) -> without(nodes, node)));
        now.forEach(stray -> byMachine.compute(stray.uid(), (_, nodes) -> with(nodes, StrayDomain.of(node, stray))));
        differing.forEach(this::tell);
    }

    private void tell(Stray stray) {
        if (stray.namespace() != null && stray.name() != null) {
            listeners.forEach(listener -> listener.accept(stray.namespace(), stray.name()));
        }
    }

    private static @Nullable Map<String, StrayDomain> without(Map<String, StrayDomain> nodes, String node) {
        var left = new ConcurrentHashMap<>(nodes);
        left.remove(node);
        return left.isEmpty() ? null : left;
    }

    private static Map<String, StrayDomain> with(@Nullable Map<String, StrayDomain> nodes, StrayDomain stray) {
        var more = new ConcurrentHashMap<>(nodes == null ? Map.of() : nodes);
        more.put(stray.nodeName(), stray);
        return more;
    }

    private static List<Stray> strays(Hypervisor hypervisor) {
        return hypervisor.getStatus() == null
                ? List.of()
                : List.copyOf(Set.copyOf(hypervisor.getStatus().strays()));
    }
}
