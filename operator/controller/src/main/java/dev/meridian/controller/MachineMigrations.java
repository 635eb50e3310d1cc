package dev.meridian.controller;

import dev.meridian.api.v1alpha1.Meridian;
import dev.meridian.api.v1alpha1.VirtualMachine;
import dev.meridian.api.v1alpha1.VirtualMachineMigration;
import dev.meridian.api.v1alpha1.VirtualMachineMigrationStatus;
import dev.meridian.domain.placement.Migrations;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The migrations of machines: what they say, and the controller's writes to them. */
final class MachineMigrations {
    private static final String BY_MACHINE = "machine";
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
    private final Latest<VirtualMachineMigration> latest = new Latest<>();
    private @Nullable InformerEventSource<VirtualMachineMigration, VirtualMachine> migrations;

    MachineMigrations(KubernetesClient client) {
        this.client = client;
    }

    /** Wakes the machine that a migration names. */
    EventSource<?, VirtualMachine> prepare(EventSourceContext<VirtualMachine> context) {
        var source = new InformerEventSource<>(
                InformerEventSourceConfiguration.from(VirtualMachineMigration.class, VirtualMachine.class)
                        .withName("migrations")
                        .withWatchAllNamespaces()
                        .withSecondaryToPrimaryMapper(migration -> Set.of(new ResourceID(
                                migration.getSpec().virtualMachineName(),
                                migration.getMetadata().getNamespace())))
                        .withOnDeleteFilter((migration, _) -> {
                            latest.forget(migration);
                            return true;
                        })
                        .build(),
                context);
        source.addIndexers(Map.of(
                BY_MACHINE,
                migration -> List.of(key(migration, migration.getSpec().virtualMachineName()))));
        migrations = source;
        return source;
    }

    List<VirtualMachineMigration> of(VirtualMachine vm) {
        return known().byIndex(BY_MACHINE, key(vm, vm.getMetadata().getName())).stream()
                .map(latest::of)
                .toList();
    }

    VirtualMachineMigration newest(VirtualMachineMigration migration) {
        return latest.of(migration);
    }

    /** How many machines other than it leave its node now. */
    long othersLeaving(VirtualMachine vm) {
        var node = vm.getStatus() == null ? null : vm.getStatus().nodeName();
        var own = key(vm, vm.getMetadata().getName());
        return known().list(migration -> Migrations.hasBegun(latest.of(migration)))
                .map(latest::of)
                .filter(migration ->
                        node != null && node.equals(Migrations.status(migration).sourceNodeName()))
                .filter(migration -> !key(migration, migration.getSpec().virtualMachineName())
                        .equals(own))
                .count();
    }

    void addFinalizer(VirtualMachineMigration migration) {
        var metadata = AppliedObject.identity(migration);
        metadata.put("finalizers", List.of(Meridian.MIGRATION_FINALIZER));
        latest.remember(client.resource(migration).patch(APPLY, json(AppliedObject.document(migration, metadata))));
    }

    /** Refused with a conflict unless the object is the very version that was looked at. */
    void removeFinalizer(VirtualMachineMigration migration) {
        var metadata = AppliedObject.identity(migration);
        metadata.put("resourceVersion", migration.getMetadata().getResourceVersion());
        metadata.put(
                "finalizers",
                migration.getMetadata().getFinalizers().stream()
                        .filter(finalizer -> !finalizer.equals(Meridian.MIGRATION_FINALIZER))
                        .toList());
        latest.remember(client.resource(migration).patch(MERGE, json(Map.of("metadata", metadata))));
    }

    /** Refused with a conflict unless the object is the very version that was looked at. */
    void write(VirtualMachineMigration migration, VirtualMachineMigrationStatus status) {
        var metadata = AppliedObject.identity(migration);
        metadata.put("resourceVersion", migration.getMetadata().getResourceVersion());
        var document = AppliedObject.document(migration, metadata);
        document.put("status", status);
        latest.remember(client.resource(migration).subresource("status").patch(APPLY, json(document)));
    }

    /** The newest that the API server has, after a conflict. */
    void again(VirtualMachineMigration migration) {
        Optional.ofNullable(client.resource(migration).get()).ifPresent(latest::remember);
    }

    private InformerEventSource<VirtualMachineMigration, VirtualMachine> known() {
        return Objects.requireNonNull(migrations, "event sources are prepared before anything is reconciled");
    }

    private static String key(HasMetadata object, String machine) {
        return object.getMetadata().getNamespace() + "/" + machine;
    }

    private String json(Map<String, Object> document) {
        return client.getKubernetesSerialization().asJson(document);
    }
}
