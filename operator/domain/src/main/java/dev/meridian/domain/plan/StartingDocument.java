package dev.meridian.domain.plan;

import dev.meridian.api.v1alpha1.ClockSource;
import dev.meridian.api.v1alpha1.ClockStatus;
import dev.meridian.api.v1alpha1.Power;
import dev.meridian.domain.clock.ClockRules;
import dev.meridian.domain.life.StopReason;
import dev.meridian.domain.life.Verbs;
import dev.meridian.domain.machine.Machine;
import dev.meridian.domain.metadata.ClockReading;
import dev.meridian.domain.metadata.Drift;
import dev.meridian.domain.metadata.KeptSpec;
import dev.meridian.domain.metadata.MachineDocument;
import dev.meridian.domain.metadata.Run;
import dev.meridian.domain.supply.GivenContents;
import dev.meridian.domain.xml.KeptAddresses;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The document with which a start begins. */
final class StartingDocument {
    private StartingDocument() {}

    /** @param before the document of the machine's last run, here or on another node */
    static MachineDocument of(Situation s, Optional<MachineDocument> before, Verbs.Decision decision) {
        return before.filter(_ -> hasSavedMemory(s))
                .map(document -> resumed(s, document, decision))
                .orElseGet(() -> cold(s, before, decision));
    }

    static boolean hasSavedMemory(Situation s) {
        return s.observation() instanceof Observation.Present seen && seen.savedMemory();
    }

    /** It goes on as it was saved: what was changed meanwhile waits for its next cold start. */
    private static MachineDocument resumed(Situation s, MachineDocument before, Verbs.Decision decision) {
        return before.withRun(before.run().next(s.now(), s.host().bootId()))
                .withVerbs(decision.handled(), decision.ignored())
                .withPaused(s.machine().paused())
                .withMove(Moves.atStart(s, Optional.of(before)))
                .withDrift(drift(before.run()));
    }

    private static MachineDocument cold(Situation s, Optional<MachineDocument> before, Verbs.Decision decision) {
        var hypervisor = s.host().resolve(s.machine().hypervisor()).orElseThrow();
        var last = before.map(document -> Machine.of(s.machine().identity(), document.applied()));
        var sameBoard = before.isPresent()
                && before.get().hypervisor() == hypervisor
                && last.isPresent()
                && last.get().machineType().equals(s.machine().machineType());
        var run = before.map(MachineDocument::run).or(() -> told(s));
        return new MachineDocument(
                MachineDocument.FORMAT,
                s.machine().identity(),
                s.host().clusterId(),
                KeptSpec.of(s.spec()),
                hypervisor,
                sameBoard ? before.get().machineType() : null,
                sameBoard ? KeptAddresses.of(before.get().addresses(), last.get(), s.machine(), hypervisor) : Map.of(),
                run.map(r -> r.next(s.now(), s.host().bootId()))
                        .orElseGet(() -> new Run(
                                Run.Phase.Starting,
                                1,
                                s.now(),
                                0,
                                null,
                                s.host().bootId(),
                                null,
                                null)),
                clock(s, last, before),
                null,
                decision.handled(),
                decision.ignored()
                        .orElseGet(() -> before.map(MachineDocument::ignored).orElse(null)),
                s.machine().paused(),
                null,
                run.map(StartingDocument::drift).orElse(null),
                Disks.kept(s),
                Filesystems.directories(s),
                sameBoard && last.get().firmware().startsAs(s.machine().firmware())
                        ? before.get().firmware()
                        : null,
                LocalStates.nodeAtStart(s, before),
                NetworkStarts.attachments(s),
                GivenContents.digests(s.machine(), s.supplies()),
                ArrivingFiles.digests(GivenDisks.all(s)),
                IoThreads.of(s.machine(), before.map(MachineDocument::ioThreads).orElse(Map.of())),
                HostDeviceChoice.of(s, before),
                CpuPlaces.atStart(s),
                NumaPlaces.atStart(s),
                Moves.atStart(s, before),
                null);
    }

    private static ClockReading clock(Situation s, Optional<Machine> last, Optional<MachineDocument> before) {
        if (before.isEmpty() && s.machine().clock().persist() && s.before().clock() != null) {
            return restored(s.before().clock(), s.now());
        }
        var left = before.flatMap(document ->
                last.map(machine -> new ClockRules.Left(machine.clock(), document.clockBegan(), document.clock())));
        return ClockRules.atStart(s.machine().clock(), left, s.now());
    }

    /** The status is all that is left of a domain that somebody undefined behind our back. */
    private static ClockReading restored(ClockStatus told, Instant now) {
        return new ClockReading(told.rtcOffsetSeconds(), ClockSource.Restored, now, told.certain());
    }

    private static Optional<Run> told(Situation s) {
        return Optional.ofNullable(s.before().power()).map(StartingDocument::run);
    }

    private static Run run(Power told) {
        var starts = told.restarts() == null ? 0 : told.restarts() + 1;
        return new Run(Run.Phase.Ended, starts, null, 0, told.lastStop(), null, null, null);
    }

    /** A start after somebody's destroy repairs it. */
    private static @Nullable Drift drift(Run before) {
        var stop = before.lastStop();
        if (stop == null || before.phase() != Run.Phase.Ended) {
            return null;
        }
        return StopReason.of(stop)
                .filter(reason -> reason == StopReason.Destroyed || reason == StopReason.Saved)
                .map(reason -> new Drift(
                        "Domain" + reason.name(),
                        Instant.parse(stop.at()),
                        Objects.requireNonNullElse(stop.message(), "") + "; it is started again",
                        true))
                .orElse(null);
    }
}
