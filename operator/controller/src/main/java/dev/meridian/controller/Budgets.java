package dev.meridian.controller;

import dev.meridian.api.v1alpha1.Meridian;
import dev.meridian.api.v1alpha1.VirtualMachine;
import dev.meridian.domain.placement.ReservedPod;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.net.HttpURLConnection;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The PodDisruptionBudgets of machines that refuse evictions. */
final class Budgets {
    private final KubernetesClient client;
    private @Nullable InformerEventSource<PodDisruptionBudget, VirtualMachine> budgets;

    Budgets(KubernetesClient client) {
        this.client = client;
    }

    EventSource<?, VirtualMachine> prepare(EventSourceContext<VirtualMachine> context) {
        budgets = new InformerEventSource<>(
                InformerEventSourceConfiguration.from(PodDisruptionBudget.class, VirtualMachine.class)
                        .withName("budgets")
                        .withWatchAllNamespaces()
                        .withLabelSelector(Meridian.MACHINE_LABEL)
                        .withSecondaryToPrimaryMapper(Owners::machines)
                        .withItemStore(Pruned.ofBudgets())
                        .build(),
                context);
        return budgets;
    }

    boolean has(VirtualMachine vm) {
        return known().getSecondaryResources(vm).stream().anyMatch(budget -> ReservedPod.isOwned(vm, budget));
    }

    /** One that is there already is as good: the next look tells. */
    void create(PodDisruptionBudget budget) {
        try {
            var made = client.resource(budget).create();
            known().handleRecentResourceCreate(ResourceID.fromResource(made), made);
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                throw e;
            }
        }
    }

    void delete(VirtualMachine vm, String name) {
        client.policy()
                .v1()
                .podDisruptionBudget()
                .inNamespace(vm.getMetadata().getNamespace())
                .withName(name)
                .delete();
    }

    private InformerEventSource<PodDisruptionBudget, VirtualMachine> known() {
        return Objects.requireNonNull(budgets, "event sources are prepared before anything is reconciled");
    }
}
