package dev.meridian.domain.placement;

import dev.meridian.api.v1alpha1.ConditionStatus;
import dev.meridian.api.v1alpha1.MigrationPhase;
import dev.meridian.api.v1alpha1.MigrationTarget;
import dev.meridian.api.v1alpha1.Reservation;
import dev.meridian.api.v1alpha1.VirtualMachineMigration;
import dev.meridian.api.v1alpha1.VirtualMachineMigrationStatus;
import dev.meridian.domain.status.Conditions;
import dev.meridian.domain.status.Conditions.Decided;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the controller is to write of a migration: all that is its own, each time.
 *
 * @param reason of Ready, with its message
 */
record MigrationChange(
        VirtualMachineMigration migration,
        MigrationPhase phase,
        @Nullable String machineUid,
        @Nullable String sourceNode,
        @Nullable String targetNode,
        @Nullable Reservation reservation,
        @Nullable String startedAt,
        @Nullable String completedAt,
        String reason,
        String message) {
    static MigrationChange of(VirtualMachineMigration migration) {
        var status = Migrations.status(migration);
        return new MigrationChange(
                migration,
                Migrations.phase(migration),
                status.virtualMachineUID(),
                status.sourceNodeName(),
                status.targetNodeName(),
                status.reservation(),
                status.startedAt(),
                status.completedAt(),
                "",
                "");
    }

    MigrationChange pending(String newReason, String newMessage) {
        return saying(MigrationPhase.Pending, newReason, newMessage);
    }

    MigrationChange waiting(String newReason, String newMessage) {
        return saying(phase, newReason, newMessage);
    }

    MigrationChange begun(PlacementView view) {
        return new MigrationChange(
                migration,
                MigrationPhase.Scheduling,
                view.vm().getMetadata().getUid(),
                view.recordedNode().orElseThrow(),
                null,
                null,
                view.now().toString(),
                null,
                "Scheduling",
                "room is sought at another node");
    }

    MigrationChange seeking(ReservedPod waiting, NodeChoice nodes) {
        return waiting.state() instanceof ReservedPod.State.Waiting(var refusal) && refusal.isPresent()
                ? refused(nodes.explained(refusal.get()))
                : saying(phase, "Scheduling", "pod \"" + waiting.name() + "\" waits for kube-scheduler");
    }

    MigrationChange refused(ReservedPod.Refusal refusal) {
        return saying(phase, refusal.reason(), refusal.message());
    }

    MigrationChange preparing(PlacementView view, ReservedPod bound) {
        var node = bound.boundTo().orElseThrow();
        return new MigrationChange(
                migration,
                MigrationPhase.Preparing,
                machineUid,
                sourceNode,
                node,
                bound.recorded(view.reservation()),
                startedAt,
                null,
                "Preparing",
                "pod \"%s\" holds room on node \"%s\", whose agent makes ready what the machine needs"
                        .formatted(bound.name(), node));
    }

    MigrationChange preparing(MigrationTarget target) {
        return saying(
                phase,
                "Preparing",
                "node \"%s\": %s".formatted(targetNode, Objects.requireNonNullElse(target.message(), "makes ready")));
    }

    MigrationChange running() {
        return saying(
                MigrationPhase.Running,
                "Running",
                "the guest goes from node \"%s\" to node \"%s\"".formatted(sourceNode, targetNode));
    }

    MigrationChange over(MigrationPhase how, String newMessage, Instant now) {
        return new MigrationChange(
                migration,
                how,
                machineUid,
                sourceNode,
                targetNode,
                reservation,
                startedAt,
                now.toString(),
                how.name(),
                newMessage);
    }

    private MigrationChange saying(MigrationPhase newPhase, String newReason, String newMessage) {
        return new MigrationChange(
                migration,
                newPhase,
                machineUid,
                sourceNode,
                targetNode,
                reservation,
                startedAt,
                completedAt,
                newReason,
                newMessage);
    }

    VirtualMachineMigrationStatus status(Instant now) {
        var generation = migration.getMetadata().getGeneration();
        return new VirtualMachineMigrationStatus(
                generation,
                phase,
                machineUid,
                sourceNode,
                targetNode,
                reservation,
                null,
                null,
                null,
                null,
                startedAt,
                completedAt,
                Conditions.decide(Migrations.status(migration).conditions(), conditions(), generation, now));
    }

    /** Empty when the object says so already. */
    Optional<PlacementStep> write(Instant now) {
        var before = Migrations.status(migration);
        var generation = migration.getMetadata().getGeneration();
        var status = status(now);
        var stands = Objects.equals(before.observedGeneration(), generation)
                && before.phase() == phase
                && Objects.equals(before.targetNodeName(), targetNode)
                && before.conditions().containsAll(status.conditions());
        return stands ? Optional.empty() : Optional.of(new PlacementStep.WriteMigration(migration, status));
    }

    private List<Decided> conditions() {
        return switch (phase) {
            case Pending, Scheduling, Preparing, Running ->
                conditions(ConditionStatus.False, ConditionStatus.True, ConditionStatus.False);
            case Succeeded -> conditions(ConditionStatus.True, ConditionStatus.False, ConditionStatus.False);
            case Failed, Cancelled -> conditions(ConditionStatus.False, ConditionStatus.False, ConditionStatus.True);
        };
    }

    private List<Decided> conditions(ConditionStatus ready, ConditionStatus reconciling, ConditionStatus stalled) {
        return List.of(
                new Decided("Ready", ready, reason, message),
                new Decided("Reconciling", reconciling, reason, ""),
                new Decided("Stalled", stalled, reason, stalled == ConditionStatus.True ? message : ""));
    }
}
