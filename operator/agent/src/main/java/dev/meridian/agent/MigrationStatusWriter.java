package dev.meridian.agent;

import dev.meridian.api.v1alpha1.Meridian;
import dev.meridian.api.v1alpha1.MigrationProgress;
import dev.meridian.api.v1alpha1.MigrationSource;
import dev.meridian.api.v1alpha1.MigrationTarget;
import dev.meridian.api.v1alpha1.VirtualMachineMigration;
import dev.meridian.api.v1alpha1.VirtualMachineMigrationStatus;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes what a node says of a migration: each role is a field manager of its own, for one takes back what it leaves out. */
final class MigrationStatusWriter {
    private static final Logger LOG = LoggerFactory.getLogger(MigrationStatusWriter.class);
    private static final PatchContext SOURCE = apply("source");
    private static final PatchContext TARGET = apply("target");

    private final KubernetesClient client;

    MigrationStatusWriter(KubernetesClient client) {
        this.client = client;
    }

    private static PatchContext apply(String role) {
        return new PatchContext.Builder()
                .withPatchType(PatchType.SERVER_SIDE_APPLY)
                .withFieldManager(Meridian.AGENT + "-" + role)
                .withForce(true)
                .build();
    }

    /** @return whether it is written: not where the object is gone */
    boolean source(
            VirtualMachineMigration migration,
            @Nullable String sourceClock,
            MigrationSource source,
            @Nullable MigrationProgress progress) {
        return write(migration, SOURCE, sourceClock, source, null, progress);
    }

    boolean target(VirtualMachineMigration migration, MigrationTarget target) {
        return write(migration, TARGET, null, null, target, null);
    }

    private boolean write(
            VirtualMachineMigration migration,
            PatchContext as,
            @Nullable String sourceClock,
            @Nullable MigrationSource source,
            @Nullable MigrationTarget target,
            @Nullable MigrationProgress progress) {
        var metadata = migration.getMetadata();
        var patch = new VirtualMachineMigration();
        patch.setMetadata(new ObjectMetaBuilder()
                .withNamespace(metadata.getNamespace())
                .withName(metadata.getName())
                .withUid(metadata.getUid())
                .build());
        patch.setStatus(new VirtualMachineMigrationStatus(
                null, null, null, null, null, null, sourceClock, source, target, progress, null, null, List.of()));
        try {
            client.resources(VirtualMachineMigration.class)
                    .inNamespace(metadata.getNamespace())
                    .withName(metadata.getName())
                    .subresource("status")
                    .patch(as, patch);
            return true;
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
                throw e;
            }
            LOG.atInfo()
                    .addKeyValue("namespace", metadata.getNamespace())
                    .addKeyValue("migration", metadata.getName())
                    .log("The migration is gone");
            return false;
        }
    }
}
