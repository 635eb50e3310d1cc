package dev.meridian.domain.life;

import dev.meridian.api.v1alpha1.LastStop;
import java.util.Arrays;
import java.util.Optional;

/** Why a machine last ended; the names stand in {@code status.power.lastStop.reason}. */
public enum StopReason {
    /** spec.runStrategy asked for it. */
    Halted,
    /** spec.power.stopRequestedAt asked for it. */
    StopRequested,
    /** spec.power.restartRequestedAt asked for it. */
    RestartRequested,
    /** spec.power.hibernateRequestedAt asked for it, and the node keeps the memory. */
    Hibernated,
    /** The machine was deleted. */
    Deleted,
    /** The node was asked to let the machine's reservation go. */
    Evicted,
    /** Its liveness probe failed. */
    Unhealthy,
    /** The guest powered off; {@code virsh shutdown} has it do that. */
    GuestPowerOff,
    /** The hypervisor process ended by itself, or the guest panicked. */
    Crashed,
    /** libvirt could not go on with it. */
    Failed,
    /** Somebody destroyed the domain through libvirt. */
    Destroyed,
    /** Somebody saved the domain through libvirt. */
    Saved,
    /** Somebody migrated the domain through libvirt. */
    Migrated,
    /** The node lost its power or was booted anew. */
    HostPowerOff;

    /** A reason of an older version, or none. */
    public static Optional<StopReason> of(LastStop stop) {
        if (stop.reason().equals("Requested")) {
            return Optional.of(Halted);
        }
        return Arrays.stream(values())
                .filter(reason -> reason.name().equals(stop.reason()))
                .findFirst();
    }

    /** Whether we have brought the machine down because that was wished, and not for a fault of its guest. */
    public boolean isOurs() {
        return switch (this) {
            case Halted, StopRequested, RestartRequested, Hibernated, Deleted, Evicted -> true;
            case Unhealthy, GuestPowerOff, Crashed, Failed, Destroyed, Saved, Migrated, HostPowerOff -> false;
        };
    }
}
