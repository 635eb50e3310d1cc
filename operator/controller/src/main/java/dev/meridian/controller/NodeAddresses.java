package dev.meridian.controller;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.Collection;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** All Nodes with their addresses, without the rest. */
final class NodeAddresses implements AutoCloseable {
    private volatile @Nullable SharedIndexInformer<Node> informer;

    /** Returns when all are known. */
    void start(KubernetesClient client) {
        var started = client.nodes().runnableInformer(0);
        started.itemStore(Pruned.ofAddresses());
        started.run();
        informer = started;
    }

    Collection<Node> all() {
        return Objects.requireNonNull(informer, "it is started before anything is reconciled")
                .getStore()
                .list();
    }

    @Override
    public void close() {
        var running = informer;
        if (running != null) {
            running.close();
        }
    }
}
