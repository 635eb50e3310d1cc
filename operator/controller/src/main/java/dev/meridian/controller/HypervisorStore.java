package dev.meridian.controller;

import dev.meridian.api.v1alpha1.Driver;
import dev.meridian.api.v1alpha1.Hypervisor;
import dev.meridian.domain.placement.HypervisorKind;
import io.fabric8.kubernetes.client.informers.cache.BasicItemStore;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** An informer's store of Hypervisors, as small as decisions let it be, that knows of which kinds they are. */
final class HypervisorStore extends BasicItemStore<Hypervisor> {
    private final Map<List<Driver>, List<Driver>> same = new ConcurrentHashMap<>();
    private final Map<String, HypervisorKind> kinds = new ConcurrentHashMap<>();
    private volatile Map<HypervisorKind, Set<String>> grouped = Map.of();

    HypervisorStore() {
        super(Cache::metaNamespaceKeyFunc);
    }

    /** The nodes of each kind. */
    Map<HypervisorKind, Set<String>> kinds() {
        return grouped;
    }

    @Override
    public @Nullable Hypervisor put(String key, Hypervisor hypervisor) {
        hypervisor.getMetadata().setManagedFields(List.of());
        var status = hypervisor.getStatus();
        if (status != null) {
            // Nodes of a cluster are much alike, and what their libvirts offer is the most of a Hypervisor.
            hypervisor.setStatus(status.ofPlacement(same.computeIfAbsent(status.drivers(), drivers -> drivers)));
        }
        var kind = HypervisorKind.of(hypervisor);
        var before = Optional.ofNullable(kind.isPresent() ? kinds.put(key, kind.get()) : kinds.remove(key));
        if (!kind.equals(before)) {
            group();
        }
        return super.put(key, hypervisor);
    }

    @Override
    public @Nullable Hypervisor remove(String key) {
        kinds.remove(key);
        group();
        return super.remove(key);
    }

    private synchronized void group() {
        var groups = new HashMap<HypervisorKind, Set<String>>();
        kinds.forEach((node, kind) ->
                groups.computeIfAbsent(kind, _ -> new TreeSet<>()).add(node));
        grouped = groups;
    }

    @Override
    public boolean isFullState() {
        return false;
    }
}
