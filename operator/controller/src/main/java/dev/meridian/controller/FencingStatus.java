package dev.meridian.controller;

import dev.meridian.api.v1alpha1.Fencing;
import dev.meridian.api.v1alpha1.Hypervisor;
import dev.meridian.api.v1alpha1.HypervisorStatus;
import dev.meridian.api.v1alpha1.Meridian;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The controller's part of Hypervisors' status. */
final class FencingStatus {
    private static final PatchContext APPLY = new PatchContext.Builder()
            .withPatchType(PatchType.SERVER_SIDE_APPLY)
            .withFieldManager(Meridian.CONTROLLER)
            .withForce(true)
            .build();

    private final KubernetesClient client;
    private final Latest<Hypervisor> latest = new Latest<>();

    FencingStatus(KubernetesClient client) {
        this.client = client;
    }

    /** With our own last write, which the informer may not know yet. */
    Optional<Hypervisor> newest(Optional<Hypervisor> hypervisor) {
        return hypervisor.map(latest::of);
    }

    void write(String node, @Nullable Fencing fencing) {
        var named = new HashMap<String, Object>();
        named.put("apiVersion", Meridian.GROUP + "/" + Meridian.VERSION);
        named.put("kind", "Hypervisor");
        named.put("metadata", Map.of("name", node));
        named.put("status", HypervisorStatus.of(fencing));
        var hypervisor = new Hypervisor();
        hypervisor.setMetadata(new ObjectMetaBuilder().withName(node).build());
        // Of an object, not by a name: by that, Fabric8 reads it first.
        latest.remember(client.resource(hypervisor)
                .subresource("status")
                .patch(APPLY, client.getKubernetesSerialization().asJson(named)));
    }
}
