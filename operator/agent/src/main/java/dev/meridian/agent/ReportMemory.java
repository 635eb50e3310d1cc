package dev.meridian.agent;

import dev.meridian.domain.guest.GuestInfo;
import dev.meridian.domain.guest.GuestReport;
import dev.meridian.domain.guest.ProbeOutcome;
import dev.meridian.domain.guest.ProbePlan;
import dev.meridian.domain.guest.ProbeTrack;
import dev.meridian.domain.machine.ProbeShape;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What the agent remembers of a guest by asking it. All of it can be lost: the guest is asked again. */
final class ReportMemory {
    private boolean asked;
    private @Nullable GuestInfo info;
    private ProbePlan plan = ProbePlan.NONE;
    private long round;
    private long plannedRound;
    private final KeyMemory keys = new KeyMemory();
    private final Map<ProbePlan.Kind, ProbeTrack> tracks = new EnumMap<>(ProbePlan.Kind.class);
    private final Map<ProbePlan.Kind, Long> unfinished = new EnumMap<>(ProbePlan.Kind.class);

    synchronized GuestReport report() {
        return new GuestReport(
                Optional.ofNullable(info),
                plan.run(),
                track(ProbePlan.Kind.Readiness).verdict(),
                track(ProbePlan.Kind.Liveness).verdict(),
                keys.outcome());
    }

    KeyMemory keys() {
        return keys;
    }

    /** @return whether its agent has yet to be asked since it came */
    synchronized boolean begin() {
        var isFirst = !asked;
        asked = true;
        return isFirst;
    }

    /** Its agent came or went. */
    synchronized void agentChanged() {
        asked = false;
        info = null;
        keys.agentChanged();
    }

    /** @return whether that differs from what it told before */
    synchronized boolean told(GuestInfo now) {
        var isNew = !now.equals(info);
        info = now;
        return isNew;
    }

    /** The guest's system begins: what it answered before says nothing of it. */
    synchronized void booted() {
        agentChanged();
        for (var kind : ProbePlan.Kind.values()) {
            tracks.put(kind, ProbeTrack.BOOTED);
        }
        unfinished.clear();
        round++;
    }

    /** How it is to be probed from now on. @return the round that begins with it, if one does */
    synchronized OptionalLong plan(ProbePlan now) {
        if (now.equals(plan) && round == plannedRound) {
            return OptionalLong.empty();
        }
        if (plan.run() != null && !plan.run().equals(now.run())) {
            booted();
        }
        for (var kind : ProbePlan.Kind.values()) {
            var before = plan.probes().get(kind);
            if (before != null
                    && now.probes().get(kind) != null
                    && !before.equals(now.probes().get(kind))) {
                tracks.put(kind, ProbeTrack.UNKNOWN);
            }
        }
        plan = now;
        plannedRound = ++round;
        return OptionalLong.of(round);
    }

    synchronized ProbePlan plan() {
        return plan;
    }

    /** The probe as long as its round goes on. */
    synchronized Optional<ProbeShape> due(ProbePlan.Kind kind, long ofRound) {
        return ofRound == round ? Optional.ofNullable(plan.probes().get(kind)) : Optional.empty();
    }

    /** @return whether the verdict is another one now */
    synchronized boolean outcome(ProbePlan.Kind kind, long ofRound, ProbeShape probe, ProbeOutcome outcome) {
        if (ofRound != round) {
            return false;
        }
        var before = track(kind);
        var after = before.next(probe, outcome);
        tracks.put(kind, after);
        return !after.verdict().equals(before.verdict());
    }

    /** The guest's process of a command that took too long. */
    synchronized OptionalLong unfinished(ProbePlan.Kind kind) {
        var process = unfinished.get(kind);
        return process == null ? OptionalLong.empty() : OptionalLong.of(process);
    }

    synchronized void unfinished(ProbePlan.Kind kind, long process) {
        unfinished.put(kind, process);
    }

    synchronized void finished(ProbePlan.Kind kind) {
        unfinished.remove(kind);
    }

    private ProbeTrack track(ProbePlan.Kind kind) {
        return Objects.requireNonNullElse(tracks.get(kind), ProbeTrack.UNKNOWN);
    }
}
