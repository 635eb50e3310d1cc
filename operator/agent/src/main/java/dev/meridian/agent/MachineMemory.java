package dev.meridian.agent;

import dev.meridian.api.v1alpha1.VirtualMachine;
import dev.meridian.domain.clock.LiveClock;
import dev.meridian.domain.clock.RtcChange;
import dev.meridian.domain.metadata.ClockReading;
import dev.meridian.domain.metadata.MachineDocument;
import dev.meridian.domain.metadata.Run;
import dev.meridian.domain.plan.Observation;
import dev.meridian.domain.plan.Progress;
import dev.meridian.domain.plan.Step;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the agent remembers of a machine between two looks. All of it can be lost: libvirt has the truth. */
final class MachineMemory {
    private final GuestMemory guest = new GuestMemory();
    private final ReportMemory report = new ReportMemory();
    private final ClockChanges clockChanges;
    private Progress progress = Progress.NONE;
    private @Nullable RtcChange rtcChange;
    private Map<String, List<String>> addresses = Map.of();
    private long liveXmlReadInSession = -1;
    private @Nullable LiveClock liveClock;
    private int liveXml;
    private long activeInSession = -1;
    private @Nullable VirtualMachine lastWritten;
    private @Nullable Observation lastSeen;
    private @Nullable MachineDocument document;
    private @Nullable ClockReading clock;
    private boolean cameUp;
    private @Nullable Instant rebootedAt;
    private @Nullable Instant watchdogFiredAt;
    private @Nullable Instant migratedAt;

    MachineMemory(ClockChanges clockChanges) {
        this.clockChanges = clockChanges;
    }

    GuestMemory guest() {
        return guest;
    }

    ReportMemory report() {
        return report;
    }

    synchronized Progress progress() {
        return progress;
    }

    synchronized Optional<Observation> lastSeen() {
        return Optional.ofNullable(lastSeen);
    }

    synchronized void seen(Observation observation) {
        lastSeen = observation;
        if (observation instanceof Observation.Present present) {
            document = present.document();
        }
        clock = switch (observation) {
            case Observation.Present present -> believed(present.document().clock());
            case Observation.Unreachable _ -> clock;
            case Observation.Absent _,
                    Observation.Foreign _,
                    Observation.NewerFormat _,
                    Observation.UnreadableHandover _ -> null;
        };
    }

    private ClockReading believed(ClockReading now) {
        if (clock != null && clock.offsetSeconds() != now.offsetSeconds()) {
            clockChanges.count(now.source());
        }
        return now;
    }

    /** The guest's clock as believed, while its domain is here as far as is known. */
    synchronized Optional<ClockReading> clock() {
        return Optional.ofNullable(clock);
    }

    /** The document of the domain that was here, and that nobody of ours has undefined. */
    synchronized Optional<MachineDocument> document() {
        return Optional.ofNullable(document);
    }

    /** Whether our last start of it came back as done. */
    synchronized boolean cameUp() {
        return cameUp;
    }

    synchronized Optional<Instant> migratedAt() {
        return Optional.ofNullable(migratedAt);
    }

    synchronized void migrated(Instant at) {
        migratedAt = at;
    }

    /** Whether it has been watched, in this session at libvirt, since it last ran. */
    synchronized boolean watched(long session, boolean active) {
        activeInSession = active ? session : activeInSession;
        return activeInSession == session;
    }

    synchronized Optional<Instant> rebootedAt() {
        return Optional.ofNullable(rebootedAt);
    }

    synchronized void rebooted(Instant at) {
        rebootedAt = at;
    }

    synchronized Optional<Instant> watchdogFiredAt() {
        return Optional.ofNullable(watchdogFiredAt);
    }

    synchronized void watchdogFired(Instant at) {
        watchdogFiredAt = at;
    }

    synchronized void begin(Step step, Instant now) {
        if (step instanceof Step.Start) {
            // What was heard of an earlier run.
            cameUp = false;
            rtcChange = null;
            liveClock = null;
            rebootedAt = null;
            report.booted();
            watchdogFiredAt = null;
        }
        progress = new Progress(
                Optional.of(new Progress.InFlight(step, now)),
                progress.failure(),
                progress.askedAt(),
                progress.resumedAt());
    }

    synchronized void succeeded(Step step, Instant now) {
        cameUp = cameUp || step instanceof Step.Start;
        document = step instanceof Step.Undefine ? null : document;
        // The definition says so from then on.
        migratedAt = step instanceof Step.Remember(var _, var remembered)
                        && remembered.run().phase() == Run.Phase.Ended
                ? null
                : migratedAt;
        progress = new Progress(Optional.empty(), Optional.empty(), askedAt(step, now), resumedAt(step, now));
    }

    private Optional<Instant> resumedAt(Step step, Instant now) {
        return step instanceof Step.Resume ? Optional.of(now) : progress.resumedAt();
    }

    private Optional<Instant> askedAt(Step step, Instant now) {
        return switch (step) {
            case Step.Shutdown _ -> Optional.of(now);
            case Step.Start _ -> Optional.empty();
            case Step.Settled _,
                    Step.InFlight _,
                    Step.Wait _,
                    Step.Hold _,
                    Step.Refuse _,
                    Step.StartNetwork _,
                    Step.MakeDisk _,
                    Step.AdoptDisk _,
                    Step.MarkDisks _,
                    Step.MarkFiles _,
                    Step.KeepFiles _,
                    Step.DropFiles _,
                    Step.WriteFiles _,
                    Step.GrowDisk _,
                    Step.SizeClaim _,
                    Step.ResizeDisk _,
                    Step.PlugCpus _,
                    Step.PlugMemory _,
                    Step.PinCpus _,
                    Step.Migrate _,
                    Step.AskTarget _,
                    Step.Expect _,
                    Step.StopExpecting _,
                    Step.RemoveFiles _,
                    Step.MakeNetwork _,
                    Step.GiveAddress _,
                    Step.Remember _,
                    Step.Rename _,
                    Step.Guard _,
                    Step.Suspend _,
                    Step.Resume _,
                    Step.Reset _,
                    Step.UpdateDevice _,
                    Step.ManagedSave _,
                    Step.Destroy _,
                    Step.Undefine _,
                    Step.HandOver _,
                    Step.Release _ -> progress.askedAt();
        };
    }

    synchronized void failed(Step step, Progress.Failure.Kind kind, String message, long generation, Instant now) {
        var name = step.getClass().getSimpleName();
        var before = progress.failure().filter(f -> f.step().equals(name) && f.generation() == generation);
        var attempts = before.map(Progress.Failure::attempts).orElse(0) + 1;
        progress = new Progress(
                Optional.empty(),
                Optional.of(new Progress.Failure(name, kind, message, now, attempts, generation)),
                progress.askedAt(),
                progress.resumedAt());
    }

    /** What stood in the way of the last step is over. */
    synchronized void retryNow() {
        progress = new Progress(progress.inFlight(), Optional.empty(), progress.askedAt(), progress.resumedAt());
    }

    synchronized Optional<RtcChange> rtcChange() {
        return Optional.ofNullable(rtcChange);
    }

    synchronized void rtcChanged(RtcChange change) {
        rtcChange = guest.labelled(change, Optional.ofNullable(document).map(MachineDocument::clock));
    }

    synchronized Map<String, List<String>> addresses() {
        return addresses;
    }

    /** @return whether they differ from those before */
    synchronized boolean addresses(Map<String, List<String>> found) {
        var changed = !addresses.equals(found);
        addresses = found;
        return changed;
    }

    /** The live XML is read once in a session: for what happened while nobody listened. */
    synchronized boolean needsLiveXml(long session) {
        return liveXmlReadInSession != session;
    }

    /** Which of the running domains that were not listened to it is; told to {@link #liveXmlRead}. */
    synchronized int liveXml() {
        return liveXml;
    }

    /**
     * The running domain is another one than was listened to: what that one told of its clock is later than what the
     * other's definition says, and true no more.
     */
    synchronized void liveXmlIsNew() {
        liveXmlReadInSession = -1;
        liveXml++;
        liveClock = null;
        rtcChange = null;
    }

    /** @param read which one's; another one may have come during the look */
    synchronized void liveXmlRead(long session, int read, Optional<LiveClock> found) {
        if (read == liveXml) {
            liveXmlReadInSession = session;
            liveClock = found.orElse(null);
        }
    }

    /** As read last: it stays until something newer is stored, for what was to store it may not come about. */
    synchronized Optional<LiveClock> liveClock() {
        return Optional.ofNullable(liveClock);
    }

    /** The later of what the informer has and what our last write came back with. */
    synchronized VirtualMachine newest(VirtualMachine cached) {
        return lastWritten != null && version(lastWritten) > version(cached) ? lastWritten : cached;
    }

    synchronized void written(VirtualMachine answer) {
        lastWritten = answer;
    }

    private static long version(VirtualMachine vm) {
        return Long.parseLong(vm.getMetadata().getResourceVersion());
    }
}
