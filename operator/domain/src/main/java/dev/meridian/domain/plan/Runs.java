package dev.meridian.domain.plan;

import dev.meridian.api.v1alpha1.LastReboot;
import dev.meridian.domain.life.RebootReason;
import dev.meridian.domain.life.StopReason;
import dev.meridian.domain.life.Verbs;
import dev.meridian.domain.metadata.MachineDocument;
import java.time.Duration;
import java.time.Instant;

/** What is to be done with a machine that runs. */
final class Runs {
    private static final Duration RESUME_AGAIN = Duration.ofSeconds(10);

    private Runs() {}

    static Step next(Situation s, Observation.Present seen) {
        var document = seen.document();
        var move = Moves.whileRunning(s, seen);
        if (move.isPresent()) {
            return move.get();
        }
        var down = Wishes.down(s, document);
        if (down.isPresent()) {
            return stop(s, seen, down.get());
        }
        if (document.stopping() != null) {
            // It was begun and is no longer wished.
            return Planner.remembering(s, document.withStopping(null));
        }
        var decision = Verbs.whileRunning(Wishes.life(s, document), false);
        var handled = document.withVerbs(decision.handled(), decision.ignored());
        if (decision.act() == Verbs.Act.Reset) {
            var reset = handled.withRun(handled.run()
                    .rebooted(new LastReboot(
                            RebootReason.ResetRequested.name(), s.now().toString())));
            return new Step.Reset(s.definition(reset), reset);
        }
        return handled.equals(document) ? keep(s, seen) : Planner.remembering(s, handled);
    }

    private static Step stop(Situation s, Observation.Present seen, StopReason why) {
        var document = seen.document();
        var begun = document.stopping();
        if (begun != null && begun.reason() == why && s.isPast(begun.since())) {
            return Stops.next(s, seen, begun);
        }
        var since = begun == null || !s.isPast(begun.since()) ? s.now() : begun.since();
        var decision = Verbs.whileRunning(Wishes.life(s, document), begun != null);
        var handled = s.deleting() ? document : document.withVerbs(decision.handled(), decision.ignored());
        return Planner.remembering(s, handled.withStopping(new MachineDocument.Stopping(since, why)));
    }

    private static Step keep(Situation s, Observation.Present seen) {
        var document = seen.document();
        return switch (seen.power().state()) {
            case Running -> running(s, seen);
            case Paused -> s.machine().paused() ? pausedAsWished(s, document) : resume(s, seen);
            case Suspended -> new Step.Hold("GuestSuspended", "the guest has put itself to sleep; it wakes itself");
            case ShuttingDown -> new Step.Hold("GuestShuttingDown", "the guest is powering off");
            case Shutoff, Crashed -> throw new IllegalStateException("it does not run: " + seen.power());
        };
    }

    private static Step running(Situation s, Observation.Present seen) {
        var document = seen.document();
        if (s.machine().paused()) {
            var paused = Drifts.repaired(document).withPaused(true);
            return new Step.Suspend(s.definition(paused), paused);
        }
        if (document.paused()) {
            return Planner.remembering(s, document.withPaused(false));
        }
        return Guarding.next(seen).or(() -> LiveChanges.next(s, document)).orElseGet(Step.Settled::new);
    }

    private static Step pausedAsWished(Situation s, MachineDocument document) {
        return document.paused() ? new Step.Settled() : Planner.remembering(s, document.withPaused(true));
    }

    static Step resume(Situation s, Observation.Present seen) {
        return Guarding.next(seen).orElseGet(() -> resumeIfOver(s, seen));
    }

    private static Step resumeIfOver(Situation s, Observation.Present seen) {
        var resumed = Drifts.repaired(seen.document()).withPaused(false);
        var step = new Step.Resume(s.definition(resumed), resumed);
        return switch (seen.power().reason()) {
            case "USER", "FROM_SNAPSHOT" -> step;
            case "WATCHDOG" ->
                new Step.Hold(
                        "WatchdogFired",
                        "the guest's watchdog fired and paused it (spec.watchdog.action: Pause); look at it, then restart the machine");
            case "IOERROR" ->
                again(
                        s,
                        step,
                        "DiskError",
                        "QEMU paused the guest: a disk cannot be written, perhaps the node's is full");
            case "MIGRATION", "SAVE", "DUMP", "SNAPSHOT", "SHUTTING_DOWN", "STARTING_UP", "POSTCOPY" ->
                new Step.Hold(
                        "GuestPaused",
                        "libvirt holds the guest: " + seen.power().reason());
            case String reason -> again(s, step, "GuestPaused", "libvirt paused the guest: " + reason);
        };
    }

    /** What paused it may be over, or not. */
    private static Step again(Situation s, Step resume, String reason, String message) {
        var next = s.progress()
                .resumedAt()
                .filter(s::isPast)
                .map(at -> at.plus(RESUME_AGAIN))
                .orElse(Instant.MIN);
        return s.now().isBefore(next)
                ? new Step.Wait(next, reason, "%s; tried again at %s".formatted(message, next))
                : resume;
    }
}
