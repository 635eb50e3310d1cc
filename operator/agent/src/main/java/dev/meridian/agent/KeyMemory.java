package dev.meridian.agent;

import dev.meridian.domain.guest.KeyPlan;
import dev.meridian.domain.guest.Propagated;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;

/** What the agent remembers of bringing keys into a guest. All of it can be lost: they are compared again. */
final class KeyMemory {
    private static final Duration TRIED_AGAIN = Duration.ofSeconds(50);

    private KeyPlan plan = KeyPlan.NONE;
    private Propagated outcome = new Propagated.NotYet();
    private Instant begun = Instant.MIN;
    private boolean underWay;
    private long round;

    /** @return the number of the round that begins, if the guest is to be asked now */
    synchronized OptionalLong begin(KeyPlan now, Instant at) {
        var isNews = !now.equals(plan);
        if (!isNews && (underWay || !isDue(at))) {
            return OptionalLong.empty();
        }
        plan = now;
        if (plan.byUser().isEmpty()) {
            outcome = new Propagated.NotYet();
            return OptionalLong.empty();
        }
        begun = at;
        underWay = true;
        return OptionalLong.of(++round);
    }

    private boolean isDue(Instant at) {
        return switch (outcome) {
            case Propagated.NotYet() -> true;
            case Propagated.Done() -> false;
            case Propagated.Failed _ -> !at.isBefore(begun.plus(TRIED_AGAIN));
        };
    }

    /** @return whether that is news */
    synchronized boolean ended(long ofRound, Propagated now) {
        if (ofRound != round) {
            return false;
        }
        underWay = false;
        var isNews = !now.equals(outcome);
        outcome = now;
        return isNews;
    }

    /** Its agent came or went: the guest may have booted from another disk. */
    synchronized void agentChanged() {
        plan = KeyPlan.NONE;
        outcome = new Propagated.NotYet();
        underWay = false;
        round++;
    }

    synchronized Propagated outcome() {
        return outcome;
    }
}
