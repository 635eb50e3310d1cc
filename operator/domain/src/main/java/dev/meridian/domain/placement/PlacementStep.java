package dev.meridian.domain.placement;

import dev.meridian.api.v1alpha1.VirtualMachineMigration;
import dev.meridian.api.v1alpha1.VirtualMachineMigrationStatus;
import dev.meridian.api.v1alpha1.VirtualMachineStatus;
import dev.meridian.domain.status.MachineEvents.MachineEvent;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.time.Instant;
import java.util.List;

/** What the controller does next for a machine. */
public sealed interface PlacementStep {
    /** One write to the API server, after which the machine is looked at again. */
    sealed interface Act extends PlacementStep {}

    record AddFinalizer() implements Act {}

    /** Only against the very version of the object that was looked at. */
    record RemoveFinalizer() implements Act {}

    /** The machine of a namespace that is being deleted: Kubernetes would wait for its pods first. */
    record DeleteMachine() implements Act {}

    record CreatePod(Pod pod) implements Act {}

    /** With a grace of one second: none would leave the container running. */
    record DeletePod(ReservedPod pod) implements Act {}

    /** A pod that its node has refused is deleted and counted. */
    record DiscardPod(ReservedPod pod, ReservedPod.Refusal refusal) implements Act {}

    /**
     * The controller's part of the status is applied, only against the very version of the object that was looked at:
     * each write states the machine's place, and what is stated from an older look would take a later place back.
     *
     * @param events what to tell besides
     */
    record WriteStatus(VirtualMachineStatus status, List<MachineEvent> events) implements Act {
        public WriteStatus {
            events = List.copyOf(events);
        }
    }

    /** Before anything is done for it. */
    record AddMigrationFinalizer(VirtualMachineMigration migration) implements Act {}

    record RemoveMigrationFinalizer(VirtualMachineMigration migration) implements Act {}

    /** Likewise, of a migration of the machine. */
    record WriteMigration(VirtualMachineMigration migration, VirtualMachineMigrationStatus status) implements Act {}

    record CreateMigration(VirtualMachineMigration migration) implements Act {}

    /** One that we made. */
    record DeleteMigration(VirtualMachineMigration migration) implements Act {}

    record CreateBudget(PodDisruptionBudget budget) implements Act {}

    record DeleteBudget(String name) implements Act {}

    /** Nothing to do before that instant, unless something happens. */
    record Wait(Instant until) implements PlacementStep {}

    /** Nothing to do until something happens. */
    record Settled() implements PlacementStep {}
}
