package dev.meridian.libvirt;

import dev.meridian.libvirt.DomainState.State;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Why a domain is in its state (virDomainRunningReason and its sisters; UNKNOWN is 0 in all of them). */
public enum StateReason {
    /** libvirt does not say, or gives a number that this binding does not know. */
    UNKNOWN(null, 0),
    RUNNING_BOOTED(State.RUNNING, 1),
    RUNNING_MIGRATED(State.RUNNING, 2),
    RUNNING_RESTORED(State.RUNNING, 3),
    RUNNING_FROM_SNAPSHOT(State.RUNNING, 4),
    RUNNING_UNPAUSED(State.RUNNING, 5),
    RUNNING_MIGRATION_CANCELED(State.RUNNING, 6),
    RUNNING_SAVE_CANCELED(State.RUNNING, 7),
    RUNNING_WAKEUP(State.RUNNING, 8),
    RUNNING_CRASHED(State.RUNNING, 9),
    RUNNING_POSTCOPY(State.RUNNING, 10),
    RUNNING_POSTCOPY_FAILED(State.RUNNING, 11),
    PAUSED_USER(State.PAUSED, 1),
    PAUSED_MIGRATION(State.PAUSED, 2),
    PAUSED_SAVE(State.PAUSED, 3),
    PAUSED_DUMP(State.PAUSED, 4),
    PAUSED_IOERROR(State.PAUSED, 5),
    PAUSED_WATCHDOG(State.PAUSED, 6),
    PAUSED_FROM_SNAPSHOT(State.PAUSED, 7),
    PAUSED_SHUTTING_DOWN(State.PAUSED, 8),
    PAUSED_SNAPSHOT(State.PAUSED, 9),
    PAUSED_CRASHED(State.PAUSED, 10),
    PAUSED_STARTING_UP(State.PAUSED, 11),
    PAUSED_POSTCOPY(State.PAUSED, 12),
    PAUSED_POSTCOPY_FAILED(State.PAUSED, 13),
    PAUSED_API_ERROR(State.PAUSED, 14),
    SHUTDOWN_USER(State.SHUTDOWN, 1),
    SHUTOFF_SHUTDOWN(State.SHUTOFF, 1),
    SHUTOFF_DESTROYED(State.SHUTOFF, 2),
    SHUTOFF_CRASHED(State.SHUTOFF, 3),
    SHUTOFF_MIGRATED(State.SHUTOFF, 4),
    SHUTOFF_SAVED(State.SHUTOFF, 5),
    SHUTOFF_FAILED(State.SHUTOFF, 6),
    SHUTOFF_FROM_SNAPSHOT(State.SHUTOFF, 7),
    SHUTOFF_DAEMON(State.SHUTOFF, 8),
    CRASHED_PANICKED(State.CRASHED, 1);

    private static final StateReason[] ALL = values();

    private final @Nullable State state;
    private final int number;

    StateReason(@Nullable State state, int number) {
        this.state = state;
        this.number = number;
    }

    static StateReason of(State state, int number) {
        return Arrays.stream(ALL)
                .filter(reason -> reason.state == state && reason.number == number)
                .findFirst()
                .orElse(UNKNOWN);
    }
}
