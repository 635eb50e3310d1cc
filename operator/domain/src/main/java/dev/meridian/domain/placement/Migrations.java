package dev.meridian.domain.placement;

import dev.meridian.api.v1alpha1.Meridian;
import dev.meridian.api.v1alpha1.MigrationPhase;
import dev.meridian.api.v1alpha1.MigrationSource.MigrationSourceState;
import dev.meridian.api.v1alpha1.VirtualMachineMigration;
import dev.meridian.api.v1alpha1.VirtualMachineMigrationStatus;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** What the objects of migrations say. */
public final class Migrations {
    private static final Comparator<VirtualMachineMigration> OLDEST = Comparator.comparing(
                    (VirtualMachineMigration migration) -> phase(migration) == MigrationPhase.Pending)
            .thenComparing(migration -> migration.getMetadata().getCreationTimestamp())
            .thenComparing(migration -> migration.getMetadata().getName());

    private Migrations() {}

    public static VirtualMachineMigrationStatus status(VirtualMachineMigration migration) {
        return Objects.requireNonNullElse(migration.getStatus(), VirtualMachineMigrationStatus.NONE);
    }

    public static MigrationPhase phase(VirtualMachineMigration migration) {
        return Objects.requireNonNullElse(status(migration).phase(), MigrationPhase.Pending);
    }

    public static boolean isOver(VirtualMachineMigration migration) {
        return switch (phase(migration)) {
            case Pending, Scheduling, Preparing, Running -> false;
            case Succeeded, Failed, Cancelled -> true;
        };
    }

    /** Whether its guest takes nothing of the network any more: it has gone, or stays. */
    public static boolean hasSettled(VirtualMachineMigration migration) {
        var source = status(migration).source();
        return isOver(migration)
                || (phase(migration) == MigrationPhase.Running
                        && source != null
                        && (source.state() == MigrationSourceState.Away
                                || source.state() == MigrationSourceState.Stayed));
    }

    /** Of a migration whose machine is not there; empty when it is over already. */
    public static Optional<VirtualMachineMigrationStatus> ended(VirtualMachineMigration migration, Instant now) {
        var message = "spec.virtualMachineName: there is no machine \"%s\""
                .formatted(migration.getSpec().virtualMachineName());
        return isOver(migration)
                ? Optional.empty()
                : Optional.of(MigrationChange.of(migration)
                        .over(MigrationPhase.Failed, message, now)
                        .status(now));
    }

    static boolean hasFinalizer(VirtualMachineMigration migration) {
        return migration.hasFinalizer(Meridian.MIGRATION_FINALIZER);
    }

    static boolean isGivenUp(VirtualMachineMigration migration) {
        return migration.isMarkedForDeletion()
                || Boolean.TRUE.equals(migration.getSpec().cancel());
    }

    /** The one whose turn it is: what has begun goes on, then the oldest. */
    public static Optional<VirtualMachineMigration> first(List<VirtualMachineMigration> migrations) {
        return migrations.stream().filter(migration -> !isOver(migration)).min(OLDEST);
    }
}
