package dev.meridian.controller;

import dev.meridian.api.v1alpha1.Condition;
import dev.meridian.api.v1alpha1.Meridian;
import dev.meridian.api.v1alpha1.VirtualMachine;
import dev.meridian.api.v1alpha1.VirtualMachineNetwork;
import dev.meridian.api.v1alpha1.VirtualMachineNetworkStatus;
import dev.meridian.domain.status.Conditions;
import dev.meridian.domain.status.NetworkUse;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/** Keeps a network's object while a machine names it. */
final class NetworkReconciler implements Reconciler<VirtualMachineNetwork> {
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(2);
    private static final PatchContext APPLY = new PatchContext.Builder()
            .withPatchType(PatchType.SERVER_SIDE_APPLY)
            .withFieldManager(Meridian.CONTROLLER)
            .withForce(true)
            .build();
    private static final PatchContext MERGE = new PatchContext.Builder()
            .withPatchType(PatchType.JSON_MERGE)
            .withFieldManager(Meridian.CONTROLLER)
            .build();

    private final KubernetesClient client;
    private final NetworkUsers users;
    private final Leadership leadership;
    private final InstantSource clock;

    NetworkReconciler(KubernetesClient client, NetworkUsers users, Leadership leadership, InstantSource clock) {
        this.client = client;
        this.users = users;
        this.leadership = leadership;
        this.clock = clock;
    }

    @Override
    public UpdateControl<VirtualMachineNetwork> reconcile(
            VirtualMachineNetwork network, Context<VirtualMachineNetwork> context) {
        if (context.isPrimaryResourceDeleted()) {
            return UpdateControl.noUpdate();
        }
        if (!leadership.isHeld()) {
            return UpdateControl.<VirtualMachineNetwork>noUpdate().rescheduleAfter(Leadership.LOOK_AGAIN);
        }
        try {
            return network.isMarkedForDeletion() ? deleted(network) : kept(network);
        } catch (KubernetesClientException e) {
            return switch (e.getCode()) {
                case HttpURLConnection.HTTP_CONFLICT, HttpURLConnection.HTTP_NOT_FOUND -> UpdateControl.noUpdate();
                default -> throw e;
            };
        }
    }

    private UpdateControl<VirtualMachineNetwork> kept(VirtualMachineNetwork network) {
        if (!network.hasFinalizer(Meridian.NETWORK_FINALIZER)) {
            var metadata = AppliedObject.identity(network);
            metadata.put("finalizers", List.of(Meridian.NETWORK_FINALIZER));
            client.resource(network).patch(APPLY, json(network, metadata));
        }
        writeConditions(network, NetworkUse.ofNone());
        return UpdateControl.noUpdate();
    }

    private UpdateControl<VirtualMachineNetwork> deleted(VirtualMachineNetwork network) {
        if (!network.hasFinalizer(Meridian.NETWORK_FINALIZER)) {
            return UpdateControl.noUpdate();
        }
        var named = NetworkUse.users(network.getMetadata().getName(), users.of(network, this::machinesBeside));
        if (!named.isEmpty()) {
            writeConditions(network, NetworkUse.of(named));
            return UpdateControl.<VirtualMachineNetwork>noUpdate().rescheduleAfter(LOOK_AGAIN);
        }
        var metadata = AppliedObject.identity(network);
        metadata.put(
                "finalizers",
                network.getMetadata().getFinalizers().stream()
                        .filter(finalizer -> !finalizer.equals(Meridian.NETWORK_FINALIZER))
                        .toList());
        client.resource(network).patch(MERGE, json(Map.of("metadata", metadata)));
        return UpdateControl.noUpdate();
    }

    private List<VirtualMachine> machinesBeside(VirtualMachineNetwork network) {
        return client.resources(VirtualMachine.class)
                .inNamespace(network.getMetadata().getNamespace())
                .list()
                .getItems();
    }

    private void writeConditions(VirtualMachineNetwork network, List<Conditions.Decided> decided) {
        var before = network.getStatus() == null
                ? List.<Condition>of()
                : network.getStatus().conditions();
        var generation = network.getMetadata().getGeneration();
        var conditions = Conditions.decide(before, decided, generation, clock.instant());
        if (conditions.equals(before)) {
            return;
        }
        var document = AppliedObject.document(network, AppliedObject.identity(network));
        document.put("status", new VirtualMachineNetworkStatus(generation, List.of(), conditions));
        client.resource(network).subresource("status").patch(APPLY, json(document));
    }

    private String json(VirtualMachineNetwork network, Map<String, Object> metadata) {
        return json(AppliedObject.document(network, metadata));
    }

    private String json(Map<String, Object> document) {
        return client.getKubernetesSerialization().asJson(document);
    }
}
