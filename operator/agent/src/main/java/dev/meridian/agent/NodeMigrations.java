package dev.meridian.agent;

import dev.meridian.api.v1alpha1.VirtualMachineMigration;
import dev.meridian.domain.placement.Migrations;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/** The migrations in which the node has a part: as the one that machines leave, or as the one to which they go. */
final class NodeMigrations implements AutoCloseable {
    private static final String BY_MACHINE = "machine";
    static final String SOURCE = "status.sourceNodeName";
    static final String TARGET = "status.targetNodeName";

    /** What is under way, then the latest. */
    private static final Comparator<VirtualMachineMigration> FIRST = Comparator.comparing(
                    (VirtualMachineMigration migration) -> !Migrations.isOver(migration))
            .thenComparing(migration -> migration.getMetadata().getCreationTimestamp());

    private final SharedIndexInformer<VirtualMachineMigration> informer;

    /** @param role the field that names the node */
    NodeMigrations(KubernetesClient client, String nodeName, String role, Consumer<VirtualMachineMigration> changed) {
        this.informer = client.resources(VirtualMachineMigration.class)
                .inAnyNamespace()
                .withField(role, nodeName)
                .runnableInformer(0);
        informer.addIndexers(Map.of(
                BY_MACHINE,
                migration -> List.of(
                        Objects.requireNonNullElse(Migrations.status(migration).virtualMachineUID(), ""))));
        // also of its first list, while the API server is away
        informer.exceptionHandler((_, _) -> true);
        informer.addEventHandler(new ResourceEventHandler<>() {
            @Override
            public void onAdd(VirtualMachineMigration migration) {
                changed.accept(migration);
            }

            @Override
            public void onUpdate(VirtualMachineMigration before, VirtualMachineMigration migration) {
                changed.accept(migration);
            }

            @Override
            public void onDelete(VirtualMachineMigration migration, boolean unknown) {
                changed.accept(migration);
            }
        });
    }

    void start() {
        informer.run();
    }

    /** The one of that machine that counts. */
    Optional<VirtualMachineMigration> of(UUID machine) {
        return informer.getIndexer().byIndex(BY_MACHINE, machine.toString()).stream()
                .max(FIRST);
    }

    /** One of that machine. */
    Optional<VirtualMachineMigration> of(UUID machine, String uid) {
        return informer.getIndexer().byIndex(BY_MACHINE, machine.toString()).stream()
                .filter(migration -> migration.getMetadata().getUid().equals(uid))
                .findFirst();
    }

    boolean hasSynced() {
        return informer.hasSynced();
    }

    /** Whose machine it moves; empty for a status that holds no uid. */
    static Optional<UUID> machine(VirtualMachineMigration migration) {
        return Optional.ofNullable(Migrations.status(migration).virtualMachineUID())
                .filter(uid -> uid.length() == 36)
                .map(UUID::fromString);
    }

    @Override
    public void close() {
        informer.stop();
    }
}
