package dev.meridian.libvirt;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** How what happened to a domain came about (virDomainEventDefinedDetailType and its sisters). */
public enum LifecycleDetail {
    /** A number that this binding does not know. */
    UNKNOWN(null, -1),
    DEFINED_ADDED(LifecycleKind.DEFINED, 0),
    DEFINED_UPDATED(LifecycleKind.DEFINED, 1),
    /** Under the new name, after UNDEFINED_RENAMED under the old one. */
    DEFINED_RENAMED(LifecycleKind.DEFINED, 2),
    DEFINED_FROM_SNAPSHOT(LifecycleKind.DEFINED, 3),
    UNDEFINED_REMOVED(LifecycleKind.UNDEFINED, 0),
    UNDEFINED_RENAMED(LifecycleKind.UNDEFINED, 1),
    STARTED_BOOTED(LifecycleKind.STARTED, 0),
    STARTED_MIGRATED(LifecycleKind.STARTED, 1),
    STARTED_RESTORED(LifecycleKind.STARTED, 2),
    STARTED_FROM_SNAPSHOT(LifecycleKind.STARTED, 3),
    STARTED_WAKEUP(LifecycleKind.STARTED, 4),
    SUSPENDED_PAUSED(LifecycleKind.SUSPENDED, 0),
    SUSPENDED_MIGRATED(LifecycleKind.SUSPENDED, 1),
    SUSPENDED_IOERROR(LifecycleKind.SUSPENDED, 2),
    SUSPENDED_WATCHDOG(LifecycleKind.SUSPENDED, 3),
    SUSPENDED_RESTORED(LifecycleKind.SUSPENDED, 4),
    SUSPENDED_FROM_SNAPSHOT(LifecycleKind.SUSPENDED, 5),
    SUSPENDED_API_ERROR(LifecycleKind.SUSPENDED, 6),
    SUSPENDED_POSTCOPY(LifecycleKind.SUSPENDED, 7),
    SUSPENDED_POSTCOPY_FAILED(LifecycleKind.SUSPENDED, 8),
    RESUMED_UNPAUSED(LifecycleKind.RESUMED, 0),
    RESUMED_MIGRATED(LifecycleKind.RESUMED, 1),
    RESUMED_FROM_SNAPSHOT(LifecycleKind.RESUMED, 2),
    RESUMED_POSTCOPY(LifecycleKind.RESUMED, 3),
    RESUMED_POSTCOPY_FAILED(LifecycleKind.RESUMED, 4),
    /** The guest powered off, or QEMU ended in good order. */
    STOPPED_SHUTDOWN(LifecycleKind.STOPPED, 0),
    STOPPED_DESTROYED(LifecycleKind.STOPPED, 1),
    STOPPED_CRASHED(LifecycleKind.STOPPED, 2),
    STOPPED_MIGRATED(LifecycleKind.STOPPED, 3),
    STOPPED_SAVED(LifecycleKind.STOPPED, 4),
    /** It could not be started, or QEMU was killed: then its state says {@link StateReason#SHUTOFF_CRASHED}. */
    STOPPED_FAILED(LifecycleKind.STOPPED, 5),
    STOPPED_FROM_SNAPSHOT(LifecycleKind.STOPPED, 6),
    /** QEMU does not say by whom: older than 2.10. */
    SHUTDOWN_FINISHED(LifecycleKind.SHUTDOWN, 0),
    SHUTDOWN_GUEST(LifecycleKind.SHUTDOWN, 1),
    /** A signal to QEMU, or a command on its monitor. */
    SHUTDOWN_HOST(LifecycleKind.SHUTDOWN, 2),
    PMSUSPENDED_MEMORY(LifecycleKind.PMSUSPENDED, 0),
    PMSUSPENDED_DISK(LifecycleKind.PMSUSPENDED, 1),
    CRASHED_PANICKED(LifecycleKind.CRASHED, 0),
    CRASHED_CRASHLOADED(LifecycleKind.CRASHED, 1);

    private static final LifecycleDetail[] ALL = values();

    private final @Nullable LifecycleKind kind;
    private final int number;

    LifecycleDetail(@Nullable LifecycleKind kind, int number) {
        this.kind = kind;
        this.number = number;
    }

    static LifecycleDetail of(LifecycleKind kind, int number) {
        return Arrays.stream(ALL)
                .filter(detail -> detail.kind == kind && detail.number == number)
                .findFirst()
                .orElse(UNKNOWN);
    }
}
