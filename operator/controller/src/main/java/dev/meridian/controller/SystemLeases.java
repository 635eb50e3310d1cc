package dev.meridian.controller;

import dev.meridian.api.v1alpha1.Meridian;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The Leases of meridian-system, watched once for all that go by them. */
final class SystemLeases implements AutoCloseable {
    private volatile @Nullable SharedIndexInformer<Lease> informer;

    /** Returns when they are known. */
    void start(KubernetesClient client) {
        informer = client.leases().inNamespace(Meridian.SYSTEM_NAMESPACE).inform();
    }

    /** Tells of all that there are, of some twice, before it returns, and from then on of what becomes of them. */
    void listen(ResourceEventHandler<Lease> handler) {
        var started = Objects.requireNonNull(informer, "it is started before anybody listens");
        started.addEventHandler(handler);
        started.getStore().list().forEach(handler::onAdd);
    }

    @Override
    public void close() {
        var running = informer;
        if (running != null) {
            running.close();
        }
    }
}
