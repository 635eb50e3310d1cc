package dev.meridian.e2e;

import dev.meridian.e2e.ExplainedEnds.Cause;
import dev.meridian.e2e.ExplainedEnds.Life;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the test knows of a machine, by what it did itself: whether it should run, why it may have ended, its clock. */
final class FaultedMachine {
    /** A stop that was taken back may still happen: the guest was asked. */
    private static final Duration ASKED = Duration.ofSeconds(20);

    final String name;
    final String uid;
    final Testbed.Node node;
    private final GuestClock clock;
    private final List<Cause> causes = new ArrayList<>();
    private @Nullable Instant haltedSince;

    FaultedMachine(String name, String uid, Testbed.Node node) {
        this.name = name;
        this.uid = uid;
        this.node = node;
        this.clock = new GuestClock(Instant.now());
    }

    synchronized boolean shouldRun() {
        return haltedSince == null;
    }

    synchronized void halted(Instant from) {
        if (haltedSince == null) {
            haltedSince = from;
        }
    }

    synchronized void wishedRunning(Instant accepted) {
        if (haltedSince != null) {
            mayEnd(new Cause("halted", haltedSince, accepted.plus(ASKED), false));
            haltedSince = null;
        }
    }

    synchronized void mayEnd(Cause cause) {
        causes.add(cause);
    }

    synchronized void clockSet(GuestClock.Set set) {
        clock.add(set);
    }

    /** Processes that ended for no reason of ours. */
    synchronized List<Life> endedWrongly(List<Life> lives) {
        var all = new ArrayList<>(causes);
        if (haltedSince != null) {
            all.add(new Cause("halted", haltedSince, Instant.MAX, false));
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
