package dev.meridian.domain.status;

import dev.meridian.domain.life.StopReason;
import dev.meridian.domain.life.Verbs;
import dev.meridian.domain.metadata.Run;
import dev.meridian.domain.plan.Observation;
import dev.meridian.domain.plan.Situation;
import dev.meridian.domain.plan.Wishes;
import java.util.Optional;

/** Whether actual matches desired, whatever is still to be noted about the machine. */
final class AsWished {
    private AsWished() {}

    static boolean is(Situation s) {
        return switch (s.observation()) {
            case Observation.Present seen -> seen.power().isActive() ? runsAsWished(s, seen) : restsAsWished(s, seen);
            case Observation.Absent() -> !Verbs.wantUp(Wishes.life(s));
            case Observation.Unreachable _,
                    Observation.NewerFormat _,
                    Observation.UnreadableHandover _,
                    Observation.Foreign _ -> false;
        };
    }

    private static boolean runsAsWished(Situation s, Observation.Present seen) {
        var isUp = switch (seen.power().state()) {
            case Running -> !s.machine().paused();
            case Paused -> s.machine().paused();
            case Suspended, ShuttingDown, Shutoff, Crashed -> false;
        };
        return isUp
                && seen.document().stopping() == null
                && Wishes.down(s, seen.document()).isEmpty();
    }

    private static boolean restsAsWished(Situation s, Observation.Present seen) {
        return seen.document().run().phase() != Run.Phase.Started && !Wishes.up(s, seen.document());
    }

    /** Whether it is on its way up; else it is on its way down. */
    static boolean isToRun(Situation s) {
        return switch (s.observation()) {
            case Observation.Present seen ->
                seen.power().isActive() ? Wishes.down(s, seen.document()).isEmpty() : Wishes.up(s, seen.document());
            case Observation.Absent() -> Verbs.wantUp(Wishes.life(s));
            case Observation.Unreachable _,
                    Observation.NewerFormat _,
                    Observation.UnreadableHandover _,
                    Observation.Foreign _ -> true;
        };
    }

    /** What it is, as the reason of Ready. */
    enum Word {
        Running("the machine runs"),
        Paused("the machine is paused, as wished"),
        Stopped("the machine is stopped, as wished"),
        Hibernated("the machine is off, its memory saved on its node");

        final String sentence;

        Word(String sentence) {
            this.sentence = sentence;
        }
    }

    static Word word(Situation s) {
        if (!isUp(s)) {
            return isHibernated(s) ? Word.Hibernated : Word.Stopped;
        }
        return s.machine().paused() ? Word.Paused : Word.Running;
    }

    private static boolean isUp(Situation s) {
        return s.observation() instanceof Observation.Present seen
                && seen.power().isActive();
    }

    private static boolean isHibernated(Situation s) {
        return s.observation() instanceof Observation.Present seen
                && seen.savedMemory()
                && Optional.ofNullable(seen.document().run().lastStop())
                        .flatMap(StopReason::of)
                        .filter(StopReason.Hibernated::equals)
                        .isPresent();
    }
}
