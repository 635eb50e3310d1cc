package dev.meridian.domain.metadata;

import dev.meridian.api.v1alpha1.LastReboot;
import dev.meridian.api.v1alpha1.LastStop;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The runs of a machine.
 *
 * @param starts how often it was started
 * @param failures unexpected ends in a row, each less than ten minutes after its start
 * @param bootId of the node when it was started: another one later says that the node was booted anew
 * @param lastReboot of the guest, within its last run
 * @param watchdogFiredAt when its watchdog last fired
 */
public record Run(
        Phase phase,
        long starts,
        @Nullable Instant startedAt,
        int failures,
        @Nullable LastStop lastStop,
        @Nullable String bootId,
        @Nullable LastReboot lastReboot,
        @Nullable Instant watchdogFiredAt) {
    /** Where the last run is. */
    public enum Phase {
        /** It was about to be started; nobody has seen it run. */
        Starting,
        /** It was seen running. */
        Started,
        /** It ended, and that is recorded here. */
        Ended
    }

    /** A run that is about to begin after this one. */
    public Run next(Instant now, String nodeBootId) {
        var begun = phase == Phase.Starting ? starts : starts + 1;
        return new Run(Phase.Starting, begun, now, failures, lastStop, nodeBootId, null, watchdogFiredAt);
    }

    public Run started() {
        return new Run(Phase.Started, starts, startedAt, failures, lastStop, bootId, lastReboot, watchdogFiredAt);
    }

    /** The same run, on a node that was booted at another time. */
    Run on(String nodeBootId) {
        return new Run(phase, starts, startedAt, failures, lastStop, nodeBootId, lastReboot, watchdogFiredAt);
    }

    public Run ended(LastStop stop, int newFailures) {
        return new Run(Phase.Ended, starts, startedAt, newFailures, stop, bootId, lastReboot, watchdogFiredAt);
    }

    public Run rebooted(LastReboot reboot) {
        return new Run(phase, starts, startedAt, failures, lastStop, bootId, reboot, watchdogFiredAt);
    }

    public Run watchdogFired(Instant at) {
        return new Run(phase, starts, startedAt, failures, lastStop, bootId, lastReboot, at);
    }
}
