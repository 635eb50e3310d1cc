package dev.meridian.agent;

import dev.meridian.api.v1alpha1.VirtualMachine;
import dev.meridian.domain.clock.RtcChange;
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
    private Progress progress = Progress.NONE;
    private @Nullable RtcChange rtcChange;
    private Map<String, List<String>> addresses = Map.of();
    private long liveXmlReadInSession = -1;
    private @Nullable VirtualMachine lastWritten;
    private @Nullable Observation lastSeen;

    synchronized Progress progress() {
        return progress;
    }

    synchronized Optional<Observation> lastSeen() {
        return Optional.ofNullable(lastSeen);
    }

    synchronized void seen(Observation observation) {
        lastSeen = observation;
    }

    synchronized void begin(Step step, Instant now) {
        progress = new Progress(Optional.of(new Progress.InFlight(step, now)), progress.failure(), progress.askedAt());
    }

    synchronized void succeeded(Step step, Instant now) {
        progress = new Progress(Optional.empty(), Optional.empty(), askedAt(step, now));
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
                    Step.Remember _,
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
                progress.askedAt());
    }

    /** What stood in the way of the last step is over. */
    synchronized void retryNow() {
        progress = new Progress(progress.inFlight(), Optional.empty(), progress.askedAt());
    }

    synchronized Optional<RtcChange> rtcChange() {
        return Optional.ofNullable(rtcChange);
    }

    synchronized void rtcChanged(RtcChange change) {
        rtcChange = change;
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

    synchronized void liveXmlRead(long session) {
        liveXmlReadInSession = session;
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
