package dev.meridian.domain.plan;

import dev.meridian.api.v1alpha1.Power;
import dev.meridian.api.v1alpha1.PowerVerbs;
import dev.meridian.api.v1alpha1.RunStrategy;
import dev.meridian.domain.life.Evacuating;
import dev.meridian.domain.life.Life;
import dev.meridian.domain.life.StopReason;
import dev.meridian.domain.life.Verbs;
import dev.meridian.domain.metadata.MachineDocument;
import dev.meridian.domain.metadata.Run;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Whether a machine is to run here, and why not. */
public final class Wishes {
    private Wishes() {}

    /** Of a machine with a domain. */
    static Life life(Situation s, MachineDocument document) {
        return new Life(
                s.machine().runStrategy(),
                requested(s),
                document.handled(),
                Optional.ofNullable(document.run().lastStop()),
                document.run().phase() == Run.Phase.Starting,
                Objects.requireNonNullElse(document.applied().filesystems(), List.of())
                                .isEmpty()
                        && document.hostDevices().isEmpty());
    }

    /** Of a machine without a domain: its last one's document has it, else its status. */
    public static Life life(Situation s) {
        return s.last().map(document -> life(s, document)).orElseGet(() -> {
            var power = Optional.ofNullable(s.before().power());
            return new Life(
                    s.machine().runStrategy(),
                    requested(s),
                    power.map(Power::handled).orElse(null),
                    power.map(Power::lastStop),
                    false,
                    true);
        });
    }

    private static PowerVerbs requested(Situation s) {
        return Objects.requireNonNullElse(s.spec().power(), PowerVerbs.NONE);
    }

    /** Whether a machine that is off is to be started. */
    public static boolean up(Situation s, MachineDocument document) {
        return Verbs.wantUp(life(s, document));
    }

    /** Why a machine that runs is to be brought down; a verb's stop that was begun is carried on. */
    public static Optional<StopReason> down(Situation s, MachineDocument document) {
        if (s.deleting()) {
            return Optional.of(StopReason.Deleted);
        }
        if (s.machine().runStrategy() == RunStrategy.Halted) {
            return Optional.of(StopReason.Halted);
        }
        var begun = Optional.ofNullable(document.stopping()).map(MachineDocument.Stopping::reason);
        var asked =
                asked(Verbs.whileRunning(life(s, document), begun.isPresent()).act());
        return asked.filter(reason -> reason != StopReason.RestartRequested)
                .or(() -> begun.filter(Wishes::isCarriedOn))
                .or(() -> evicted(s))
                .or(() -> asked)
                .or(() -> unhealthy(s, document));
    }

    private static Optional<StopReason> asked(Verbs.Act act) {
        return switch (act) {
            case Stop -> Optional.of(StopReason.StopRequested);
            case Hibernate -> Optional.of(StopReason.Hibernated);
            case Restart -> Optional.of(StopReason.RestartRequested);
            case None, Start, Reset -> Optional.empty();
        };
    }

    /** Of a machine that may migrate the controller says whether it is stopped. */
    private static Optional<StopReason> evicted(Situation s) {
        var toldTo = Evacuating.asksForAStop(s.before().conditions());
        var isToStop = switch (s.spec().evictionStrategy()) {
            case Shutdown, None -> s.reserved() instanceof Reserved.Vacate || toldTo;
            case LiveMigrate, LiveMigrateIfPossible -> toldTo;
            case null -> toldTo;
        };
        return isToStop ? Optional.of(StopReason.Evicted) : Optional.empty();
    }

    private static Optional<StopReason> unhealthy(Situation s, MachineDocument document) {
        return GuestProbes.isDead(s, document) ? Optional.of(StopReason.Unhealthy) : Optional.empty();
    }

    private static boolean isCarriedOn(StopReason begun) {
        return switch (begun) {
            case StopRequested, RestartRequested, Hibernated, Evicted, Unhealthy -> true;
            case Halted, Deleted, GuestPowerOff, Crashed, Failed, Destroyed, Saved, Migrated, HostPowerOff -> false;
        };
    }
}
