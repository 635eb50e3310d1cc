package dev.meridian.controller;

import dev.meridian.api.v1alpha1.Meridian;
import dev.meridian.api.v1alpha1.VirtualMachine;
import dev.meridian.api.v1alpha1.VirtualMachineMigration;
import dev.meridian.domain.placement.Migrations;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import java.net.HttpURLConnection;
import java.time.InstantSource;

/** Ends migrations of machines that are not there. Those of a machine that is there are its own {@link MachineReconciler}'s. */
final class LostMigrations implements Reconciler<VirtualMachineMigration> {
    private final KubernetesClient client;
    private final MachineMigrations migrations;
    private final Leadership leadership;
    private final InstantSource clock;

    LostMigrations(KubernetesClient client, MachineMigrations migrations, Leadership leadership, InstantSource clock) {
        this.client = client;
        this.migrations = migrations;
        this.leadership = leadership;
        this.clock = clock;
    }

    @Override
    public UpdateControl<VirtualMachineMigration> reconcile(
            VirtualMachineMigration migration, Context<VirtualMachineMigration> context) {
        if (Migrations.isOver(migration) && !migration.hasFinalizer(Meridian.MIGRATION_FINALIZER)) {
            return UpdateControl.noUpdate();
        }
        var name = migration.getSpec().virtualMachineName();
        var isThere = client.resources(VirtualMachine.class)
                        .inNamespace(migration.getMetadata().getNamespace())
                        .withName(name)
                        .get()
                != null;
        if (context.isPrimaryResourceDeleted() || isThere) {
            return UpdateControl.noUpdate();
        }
        if (!leadership.isHeld()) {
            return UpdateControl.<VirtualMachineMigration>noUpdate().rescheduleAfter(Leadership.LOOK_AGAIN);
        }
        try {
            end(migration);
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT && e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
                throw e;
            }
        }
        return UpdateControl.noUpdate();
    }

    private void end(VirtualMachineMigration migration) {
        Migrations.ended(migration, clock.instant()).ifPresent(status -> migrations.write(migration, status));
        var ended = migrations.newest(migration);
        if (ended.hasFinalizer(Meridian.MIGRATION_FINALIZER)) {
            migrations.removeFinalizer(ended);
        }
    }
}
