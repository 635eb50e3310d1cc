package dev.meridian.e2e;

import dev.meridian.api.v1alpha1.RunStrategy;
import dev.meridian.e2e.ExplainedEnds.Cause;
import dev.meridian.e2e.ExplainedEnds.Life;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the test knows of a machine, by what it did itself: what should have come of it, why it may have ended, its clock. */
final class FaultedMachine {
    /** A stop that was taken back may still happen: the guest was asked. */
    private static final Duration ASKED = Duration.ofSeconds(20);

    final String name;
    final String uid;
    final Testbed.Node node;
    private final GuestClock clock;
    private final List<Cause> causes = new ArrayList<>();
    private final List<Instant> restarts = new ArrayList<>();
    private RunStrategy strategy = RunStrategy.Always;
    private Outcome expected = Outcome.Up;
    private boolean paused;
    private @Nullable Instant stoppedSince;

    /** {@code Either}: it ended, or may have, while a verb or a strategy that does not start it again was written. */
    enum Outcome {
        Up,
        Down,
        Either
    }

    FaultedMachine(String name, String uid, Testbed.Node node) {
        this.name = name;
        this.uid = uid;
        this.node = node;
        this.clock = new GuestClock(Instant.now());
    }

    synchronized boolean shouldRun() {
        return expected == Outcome.Up;
    }

    /** Whether the reason of Ready and the process are those of a machine of which everything has come to its end. */
    synchronized boolean isAsWished(String reason, boolean process) {
        var up = reason.equals(paused ? "Paused" : "Running") && process;
        var down = (reason.equals("Stopped") || reason.equals("Hibernated")) && !process;
        return switch (expected) {
            case Up -> up;
            case Down -> down;
            case Either -> up || down;
        };
    }

    synchronized void halted(Instant from) {
        strategy = RunStrategy.Halted;
        stopped(from);
    }

    synchronized void wishedRunning(Instant accepted) {
        strategy = RunStrategy.Always;
        expected = Outcome.Up;
        stopOver(accepted);
    }

    /** @param accepted a strategy under which what is off stays so, until a verb starts it */
    synchronized void ledByVerbs(RunStrategy accepted) {
        strategy = accepted;
        expected = expected == Outcome.Up && !isEnding(Instant.now()) ? Outcome.Up : Outcome.Either;
    }

    synchronized void asked(Fault.Verb verb, Instant from, Instant accepted) {
        switch (verb) {
            case start -> {
                expected = isEnding(accepted) ? Outcome.Either : Outcome.Up;
                stopOver(accepted);
            }
            case stop, hibernate -> stopped(from);
            case restart -> restarts.add(from);
            case reset -> {}
        }
    }

    synchronized void paused(boolean accepted) {
        paused = accepted;
    }

    synchronized void mayEnd(Cause cause) {
        causes.add(cause);
        if (expected == Outcome.Up && strategy != RunStrategy.Always) {
            expected = Outcome.Either;
        }
    }

    /** What was asked for has been done. */
    synchronized void settled(Instant at) {
        restarts.forEach(from -> causes.add(new Cause("restart", from, at, false)));
        restarts.clear();
    }

    private void stopped(Instant from) {
        expected = Outcome.Down;
        if (stoppedSince == null) {
            stoppedSince = from;
        }
    }

    private void stopOver(Instant accepted) {
        if (stoppedSince != null) {
            causes.add(new Cause("stopped", stoppedSince, accepted.plus(ASKED), false));
            stoppedSince = null;
        }
    }

    private boolean isEnding(Instant at) {
        return causes.stream().anyMatch(cause -> cause.to().isAfter(at));
    }

    synchronized void clockSet(GuestClock.Set set) {
        clock.add(set);
    }

    /** Processes that ended for no reason of ours. */
    synchronized List<Life> endedWrongly(List<Life> lives) {
        var all = new ArrayList<>(causes);
        restarts.forEach(from -> all.add(new Cause("restart", from, Instant.MAX, false)));
        if (stoppedSince != null) {
            all.add(new Cause("stopped", stoppedSince, Instant.MAX, false));
        }
        return ExplainedEnds.without(all, lives);
    }

    /** Tells what was expected, once, if the guest has forgotten its clock. */
    synchronized Optional<String> forgotten(long offset, List<Life> lives, List<GuestClock.Deaf> deaf) {
        var ends = lives.stream().map(Life::ended).toList();
        if (clock.allows(offset, ends, deaf)) {
            return Optional.empty();
        }
        var told = "%s has offset %d; it was set: %s; ends %s".formatted(name, offset, clock, ends);
        clock.found(offset, Instant.now());
        return Optional.of(told);
    }
}
