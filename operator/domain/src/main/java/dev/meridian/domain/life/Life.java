package dev.meridian.domain.life;

import dev.meridian.api.v1alpha1.LastStop;
import dev.meridian.api.v1alpha1.PowerVerbs;
import dev.meridian.api.v1alpha1.RunStrategy;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a machine's user wants of its life, and what has come of it so far.
 *
 * @param requested verbs as the spec has them
 * @param handled verbs that were acted on; of a machine that is seen for the first time, none
 * @param starting a start was begun, and nobody has seen it run
 * @param savable its memory can be saved while it runs
 */
public record Life(
        RunStrategy strategy,
        PowerVerbs requested,
        @Nullable PowerVerbs handled,
        Optional<LastStop> lastStop,
        boolean starting,
        boolean savable) {

    /** What is there at first sight is recorded, not acted on. */
    PowerVerbs done() {
        return handled == null ? requested : handled;
    }

    /** Whether a machine that is off is to be started, verbs apart. */
    public boolean wantsUp() {
        var reason = lastStop.flatMap(StopReason::of);
        return switch (strategy) {
            case Always -> true;
            case Halted -> false;
            case RerunOnFailure -> starting || lastStop.isEmpty() || isNoSuccess(reason);
            case Once -> starting || lastStop.isEmpty() || isHaltOrRestart(reason);
            case Manual ->
                starting || reason.filter(StopReason.RestartRequested::equals).isPresent();
        };
    }

    private static boolean isNoSuccess(Optional<StopReason> reason) {
        return reason.isEmpty()
                || switch (reason.get()) {
                    case GuestPowerOff, StopRequested, Hibernated -> false;
                    case Halted,
                            RestartRequested,
                            Deleted,
                            Evicted,
                            Unhealthy,
                            Crashed,
                            Failed,
                            Destroyed,
                            Saved,
                            Migrated,
                            HostPowerOff -> true;
                };
    }

    private static boolean isHaltOrRestart(Optional<StopReason> reason) {
        return reason.filter(r -> r == StopReason.Halted || r == StopReason.RestartRequested)
                .isPresent();
    }
}
