package dev.meridian.controller;

import dev.meridian.api.v1alpha1.Meridian;
import dev.meridian.api.v1alpha1.VirtualMachine;
import dev.meridian.api.v1alpha1.VirtualMachineMigration;
import dev.meridian.api.v1alpha1.VirtualMachineMigrationStatus;
import dev.meridian.api.v1alpha1.VirtualMachineStatus;
import dev.meridian.domain.placement.MigrationTraffic;
import dev.meridian.domain.placement.Migrations;
import dev.meridian.domain.placement.ReservedPod;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.Cache;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.net.HttpURLConnection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
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

    private static final String UNPREPARED = "event sources are prepared before anything is reconciled";

    private final PlacementMeter meter;
    private final KubernetesClient client;
    private final MigrationTraffic.Limits limits;
    private final Latest<VirtualMachineMigration> latest = new Latest<>();
    private @Nullable InformerEventSource<VirtualMachineMigration, VirtualMachine> migrations;
    private @Nullable Cache<VirtualMachine> machines;
    private @Nullable Reservations reservations;

    MachineMigrations(KubernetesClient client, MigrationTraffic.Limits limits, PlacementMeter meter) {
        this.meter = meter;
        this.client = client;
        this.limits = limits;
    }

    /** Wakes the machine that a migration names; and when a guest has gone, those that wait for it. */
    EventSource<?, VirtualMachine> prepare(EventSourceContext<VirtualMachine> context, Reservations rooms) {
        machines = context.getPrimaryCache();
        reservations = rooms;
        var source = new InformerEventSource<>(
                InformerEventSourceConfiguration.from(VirtualMachineMigration.class, VirtualMachine.class)
                        .withName("migrations")
                        .withWatchAllNamespaces()
                        .withSecondaryToPrimaryMapper(this::concerned)
                        .withOnDeleteFilter((migration, _) -> {
                            latest.forget(migration);
                            return true;
                        })
                        .withItemStore(Pruned.ofMigrations())
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

    /** Those of the namespace that are not over, by their uids. */
    Set<String> underWay(String namespace) {
        return known().list(namespace, migration -> !Migrations.isOver(latest.of(migration)))
                .map(migration -> migration.getMetadata().getUid())
                .collect(Collectors.toSet());
    }

    VirtualMachineMigration newest(VirtualMachineMigration migration) {
        return latest.of(migration);
    }

    /** What others leave room for, of a machine that has migrations itself. */
    MigrationTraffic traffic(VirtualMachine vm, List<VirtualMachineMigration> own) {
        var next = Migrations.first(own).flatMap(migration -> entry(migration, vm));
        if (next.isEmpty()) {
            return MigrationTraffic.NONE;
        }
        var name = key(vm, vm.getMetadata().getName());
        var others = known().list(migration -> !Migrations.isOver(latest.of(migration)))
                .map(latest::of)
                .filter(migration -> !key(migration, migration.getSpec().virtualMachineName())
                        .equals(name))
                .flatMap(migration -> machine(migration).flatMap(other -> entry(migration, other)).stream())
                .toList();
        return MigrationTraffic.of(next.get(), others, limits);
    }

    private Optional<MigrationTraffic.Entry> entry(VirtualMachineMigration migration, VirtualMachine vm) {
        return Optional.ofNullable(vm.getStatus())
                .map(VirtualMachineStatus::nodeName)
                .map(node -> new MigrationTraffic.Entry(
                        migration, node, reservations().priority(vm)));
    }

    private Set<ResourceID> concerned(VirtualMachineMigration migration) {
        var concerned = new HashSet<ResourceID>();
        concerned.add(id(migration));
        if (Migrations.hasSettled(migration)) {
            known().list(other -> !Migrations.isOver(latest.of(other)))
                    .filter(other -> MigrationTraffic.mayWait(latest.of(other)))
                    .forEach(other -> concerned.add(id(other)));
        }
        return concerned;
    }

    private Optional<VirtualMachine> machine(VirtualMachineMigration migration) {
        return Objects.requireNonNull(machines, UNPREPARED).get(id(migration));
    }

    private static ResourceID id(VirtualMachineMigration migration) {
        return new ResourceID(
                migration.getSpec().virtualMachineName(),
                migration.getMetadata().getNamespace());
    }

    /** Refused with a conflict when somebody else's has the name. */
    void create(VirtualMachine vm, VirtualMachineMigration migration) {
        try {
            created(client.resource(migration).create());
        } catch (KubernetesClientException e) {
            var there = e.getCode() == HttpURLConnection.HTTP_CONFLICT
                    ? client.resource(migration).get()
                    : null;
            if (there == null || !ReservedPod.isOwned(vm, there)) {
                throw new IllegalStateException(
                        "migration \"%s\" could not be made"
                                .formatted(migration.getMetadata().getName()),
                        e);
            }
            created(there);
        }
    }

    private void created(VirtualMachineMigration migration) {
        known().handleRecentResourceCreate(ResourceID.fromResource(migration), migration);
    }

    void delete(VirtualMachineMigration migration) {
        client.resource(migration).delete();
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
        if (status.phase() != null && status.phase() != Migrations.phase(migration)) {
            meter.migration(status.phase());
        }
    }

    /** The newest that the API server has, after a conflict. */
    void again(VirtualMachineMigration migration) {
        Optional.ofNullable(client.resource(migration).get()).ifPresent(latest::remember);
    }

    private InformerEventSource<VirtualMachineMigration, VirtualMachine> known() {
        return Objects.requireNonNull(migrations, UNPREPARED);
    }

    private Reservations reservations() {
        return Objects.requireNonNull(reservations, UNPREPARED);
    }

    private static String key(HasMetadata object, String machine) {
        return object.getMetadata().getNamespace() + "/" + machine;
    }

    private String json(Map<String, Object> document) {
        return client.getKubernetesSerialization().asJson(document);
    }
}
