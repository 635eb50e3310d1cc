package dev.meridian.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** How far a migration has come. */
public enum MigrationPhase {
    @JsonPropertyDescription("It waits to begin.")
    Pending,
    @JsonPropertyDescription("kube-scheduler looks for room at another node.")
    Scheduling,
    @JsonPropertyDescription("The other node makes ready what the machine needs there.")
    Preparing,
    @JsonPropertyDescription("libvirt has the guest's memory go over; then the machine is handed over.")
    Running,
    @JsonPropertyDescription("The machine is at the other node.")
    Succeeded,
    @JsonPropertyDescription("The machine is where it was.")
    Failed,
    @JsonPropertyDescription("It was given up; the machine is where it was.")
    Cancelled
}
