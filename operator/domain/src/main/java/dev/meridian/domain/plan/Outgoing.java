package dev.meridian.domain.plan;

import dev.meridian.api.v1alpha1.MigrationDevice;
import dev.meridian.api.v1alpha1.MigrationPhase;
import dev.meridian.api.v1alpha1.MigrationSource;
import dev.meridian.api.v1alpha1.MigrationSource.MigrationSourceState;
import dev.meridian.api.v1alpha1.MigrationTarget;
import dev.meridian.api.v1alpha1.MigrationTarget.MigrationTargetState;
import dev.meridian.api.v1alpha1.VirtualMachineMigration;
import dev.meridian.api.v1alpha1.VirtualMachineMigrationSpec;
import dev.meridian.api.v1alpha1.VirtualMachineMigrationStatus;
import dev.meridian.domain.metadata.MachineDocument;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A migration of the machine away from its node, as its object has it.
 *
 * @param preparing the target makes ready
 * @param running the controller has said so: from then on the source alone says how it ends
 * @param ready the target has said so
 * @param said what the source has said already of how it goes
 * @param offered the document by which the target has made ready
 * @param arrived whether its libvirt has all of a guest that does not run here any more, once it was asked
 * @param until when it is given up
 * @param libvirtUri of the target, as this node reaches it
 * @param clockSkew of the target, where it counts and has been measured
 * @param devices of claims, as the target has them
 * @param migrationUri where the target's QEMU listens
 */
public record Outgoing(
        String migration,
        String target,
        boolean preparing,
        boolean running,
        boolean ready,
        Optional<MigrationSourceState> said,
        Optional<MachineDocument> offered,
        Optional<Boolean> arrived,
        boolean cancelled,
        Instant until,
        Optional<TargetUri> libvirtUri,
        Optional<TargetUri> migrationUri,
        MigrationTuning tuning,
        Optional<ClockSkew> clockSkew,
        List<MigrationDevice> devices) {
    /**
     * Empty for a migration that has no target so far.
     *
     * @param clockSeen when what the target says of its clock was heard here
     */
    public static Optional<Outgoing> of(VirtualMachineMigration migration, Optional<Instant> clockSeen) {
        var status = Objects.requireNonNullElse(migration.getStatus(), VirtualMachineMigrationStatus.NONE);
        if (status.targetNodeName() == null || status.phase() == null || status.startedAt() == null) {
            return Optional.empty();
        }
        var spec = migration.getSpec();
        var source = status.source();
        return Optional.of(new Outgoing(
                migration.getMetadata().getUid(),
                status.targetNodeName(),
                status.phase() == MigrationPhase.Preparing,
                status.phase() == MigrationPhase.Running,
                status.target() != null && status.target().state() == MigrationTargetState.Ready,
                Optional.ofNullable(source)
                        .map(MigrationSource::state)
                        .filter(state -> state != MigrationSourceState.Offered),
                Arrival.document(migration),
                Optional.empty(),
                Boolean.TRUE.equals(spec.cancel()) || migration.isMarkedForDeletion(),
                Instant.parse(status.startedAt()).plusSeconds(timeout(spec)),
                Optional.ofNullable(status.target()).flatMap(t -> TargetUri.libvirt(t.libvirtURI())),
                Optional.ofNullable(status.target()).flatMap(t -> TargetUri.migration(t.migrationURI())),
                MigrationTuning.of(spec),
                Boolean.TRUE.equals(spec.allowClockSkew())
                        ? Optional.empty()
                        : clockSeen.flatMap(seen -> skew(status.target(), seen)),
                status.target() == null ? List.of() : status.target().devices()));
    }

    private static Optional<ClockSkew> skew(@Nullable MigrationTarget target, Instant seen) {
        return Optional.ofNullable(target)
                .map(MigrationTarget::clock)
                .map(clock -> ClockSkew.of(
                        Instant.parse(clock.asked()),
                        Instant.parse(clock.heardAt()),
                        Instant.parse(clock.answeredAt()),
                        seen));
    }

    /** The same, with what the target's libvirt has said. */
    public Outgoing arrived(boolean whole) {
        return new Outgoing(
                migration,
                target,
                preparing,
                running,
                ready,
                said,
                offered,
                Optional.of(whole),
                cancelled,
                until,
                libvirtUri,
                migrationUri,
                tuning,
                clockSkew,
                devices);
    }

    public boolean mayBegin() {
        return running && ready;
    }

    boolean hasStayed() {
        return said.equals(Optional.of(MigrationSourceState.Stayed));
    }

    public static long timeout(VirtualMachineMigrationSpec spec) {
        return Objects.requireNonNullElse(spec.timeoutSeconds(), 1800);
    }
}
