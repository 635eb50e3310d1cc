package dev.meridian.agent;

import dev.meridian.domain.clock.ClockRules;
import dev.meridian.domain.clock.GuestClockState;
import dev.meridian.domain.clock.GuestReading;
import dev.meridian.domain.clock.GuestSyncRule;
import dev.meridian.domain.clock.GuestTrack;
import dev.meridian.domain.clock.HostStep;
import dev.meridian.domain.clock.RtcChange;
import dev.meridian.domain.metadata.ClockReading;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the agent remembers of a running guest's own clock. All of it can be lost: the guest is asked again. */
final class GuestMemory {
    /** The event of the real-time clock follows a guest's set within a second. */
    private static final Duration EVENT_FOLLOWS = Duration.ofSeconds(2);

    private static final Duration BETWEEN_SETS = Duration.ofMinutes(1);
    private static final int MOST_DOUBLINGS = 6;
    private static final Duration WORTH_A_LOOK = Duration.ofMillis(20);

    private boolean connected;
    private long connections;
    private @Nullable GuestTrack track;
    private @Nullable GuestReading told;
    private GuestClockState.@Nullable Setting lastSet;
    private int setsInARow;
    private @Nullable String failure;
    private @Nullable GuestSyncRule rule;
    private boolean stoodStill;
    private Instant expectsEventUntil = Instant.MIN;
    private HostStep hostStep = new HostStep.Unknown();

    synchronized GuestClockState state() {
        return new GuestClockState(
                connected, Optional.ofNullable(track), Optional.ofNullable(lastSet), Optional.ofNullable(failure));
    }

    /** The clock as last read. */
    synchronized Optional<GuestReading> latest() {
        return Optional.ofNullable(track).map(GuestTrack::latest);
    }

    /** Where the clock belongs, once that is known: guest minus host UTC. */
    synchronized Optional<Duration> wanted() {
        return Optional.ofNullable(rule).map(GuestSyncRule::wanted);
    }

    synchronized HostStep hostStep() {
        return hostStep;
    }

    synchronized boolean isConnected() {
        return connected;
    }

    /** How often the agent came or went. */
    synchronized long connections() {
        return connections;
    }

    /** The guest's agent came or went. */
    synchronized void connected(boolean now) {
        connections++;
        connected = now;
        if (!now) {
            track = null;
            told = null;
            failure = null;
            setsInARow = 0;
        }
    }

    /** As the domain's XML says, unless an event has overtaken it. */
    synchronized void connected(boolean now, long connectionsBefore) {
        if (connections == connectionsBefore && connected != now) {
            connected(now);
        }
    }

    /** Another hypervisor process holds the guest, whose agent has yet to come. */
    synchronized void started() {
        connected(false);
        booted();
    }

    /** The guest's system begins, and takes its clock from the real-time clock. */
    synchronized void booted() {
        track = null;
        told = null;
        hostStep = new HostStep.None();
        stoodStill = false;
        lastSet = null;
    }

    /** The guest goes on after it stood still. */
    synchronized void stoodStill() {
        stoodStill = true;
    }

    synchronized void hostStepped(HostStep.Stepped step) {
        hostStep = step;
        stoodStill = true;
        track = null;
    }

    /** How its clock is to be kept, by what the machine's spec says now. @return whether that is new */
    synchronized boolean rule(GuestSyncRule now) {
        var isNew = !now.equals(rule);
        rule = now;
        return isNew;
    }

    /** Its agent has told the clock. */
    synchronized void read(GuestReading reading) {
        track = track == null ? GuestTrack.of(reading) : track.next(reading);
        if (rule != null && !rule.isOff(reading)) {
            stoodStill = false;
            setsInARow = 0;
            failure = null;
            hostStep = hostStep instanceof HostStep.Stepped ? new HostStep.None() : hostStep;
        }
    }

    /** Whether it says something that was not there at the last call of this. */
    synchronized boolean isNews(GuestReading reading) {
        var before = told;
        var isNews = before == null
                || before.differsFrom(reading, WORTH_A_LOOK)
                || (rule != null && rule.isOff(before) != rule.isOff(reading));
        told = isNews ? reading : before;
        return isNews;
    }

    /** Where the clock is to be set to, if it is to be set now. One that does not stay there is set ever more rarely. */
    synchronized Optional<Duration> toSet(GuestReading reading) {
        var wait = BETWEEN_SETS
                .multipliedBy(1L << Math.min(setsInARow, MOST_DOUBLINGS))
                .dividedBy(2);
        var isSoon = setsInARow > 0
                && lastSet != null
                && reading.at().isAfter(lastSet.at())
                && reading.at().isBefore(lastSet.at().plus(wait));
        return Optional.ofNullable(rule)
                .filter(r -> r.sets(reading, stoodStill) && !isSoon)
                .map(GuestSyncRule::wanted);
    }

    synchronized void setting(Instant now) {
        expectsEventUntil = now.plus(EVENT_FOLLOWS);
    }

    synchronized void wasSet(Instant now, Duration by) {
        expectsEventUntil = now.plus(EVENT_FOLLOWS);
        lastSet = new GuestClockState.Setting(now, by);
        setsInARow++;
        failure = null;
    }

    synchronized void notSet(String why) {
        failure = why;
    }

    /** An event of the real-time clock, told from the guest's own where it follows from our setting its clock. */
    synchronized RtcChange labelled(RtcChange change, Optional<ClockReading> believed) {
        return believed.filter(_ -> change.at().isBefore(expectsEventUntil))
                .map(reading -> ClockRules.besideASync(change, reading))
                .orElse(change);
    }
}
