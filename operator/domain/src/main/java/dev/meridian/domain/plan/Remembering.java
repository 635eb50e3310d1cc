package dev.meridian.domain.plan;

import dev.meridian.api.v1alpha1.LastReboot;
import dev.meridian.api.v1alpha1.PowerVerbs;
import dev.meridian.domain.clock.ClockRules;
import dev.meridian.domain.clock.HostStep;
import dev.meridian.domain.clock.LiveClock;
import dev.meridian.domain.life.RebootReason;
import dev.meridian.domain.metadata.ClockReading;
import dev.meridian.domain.metadata.MachineDocument;
import dev.meridian.domain.metadata.Run;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** What an observation adds to the document of a machine. */
public final class Remembering {
    /** libvirt tells of one reboot up to three times. */
    private static final Duration ONE_REBOOT = Duration.ofSeconds(2);

    private Remembering() {}

    static MachineDocument after(Observation.Present seen, Situation s) {
        var document = seen.document().inThisFormat();
        if (document.isArriving(s.host().nodeName())) {
            return Moves.arrived(document, seen, s);
        }
        var handled = Objects.requireNonNullElse(s.spec().power(), PowerVerbs.NONE);
        var known = document.handled() == null ? document.withVerbs(handled, Optional.empty()) : document;
        return firmware(Drifts.after(known, seen, s), seen)
                .withClock(clock(seen, s))
                .withHardware(
                        document.machineType() == null ? seen.machineType().orElse(null) : document.machineType(),
                        merged(document.addresses(), seen.addresses()))
                .withRun(run(seen, s))
                .withStopping(seen.power().isActive() ? document.stopping() : null)
                .withPaused(seen.power().isActive() && document.paused());
    }

    /** Once chosen it stands in the definition, which has another mark then. */
    private static MachineDocument firmware(MachineDocument document, Observation.Present seen) {
        return seen.firmware()
                .filter(_ -> document.firmware() == null)
                .map(chosen -> document.withFirmware(chosen).withDefinition(null))
                .orElse(document);
    }

    /** A device keeps the address that it once had; a new one gets what libvirt assigned. */
    private static Map<String, Map<String, String>> merged(
            Map<String, Map<String, String>> known, Map<String, Map<String, String>> seen) {
        var all = new HashMap<>(seen);
        all.putAll(known);
        return all;
    }

    /** What is believed of the guest's clock now. */
    public static ClockReading clock(Observation.Present seen, Situation s) {
        var believed = ClockRules.observed(
                seen.document().clock(),
                seen.rtcChange(),
                seen.liveClock().filter(live -> !isStale(live, seen.document())),
                s.host().libvirtZone(),
                seen.hookClock(),
                s.now());
        return hasEndedUnseen(seen, s) || hasStood(seen) ? believed.doubted() : believed;
    }

    /** libvirt has it from before the migration that brought the guest. */
    private static boolean isStale(LiveClock live, MachineDocument document) {
        return Objects.equals(document.staleClock(), live.offsetSeconds());
    }

    /** A real-time clock that follows the guest stands with it, and does not follow its host: nobody tells how long. */
    private static boolean hasStood(Observation.Present seen) {
        return seen.document().followsGuest()
                && (seen.power().state() == Observation.Power.State.Paused
                        || seen.hostStep() instanceof HostStep.Stepped);
    }

    /** It may have set its clock, and nobody told. */
    private static boolean hasEndedUnseen(Observation.Present seen, Situation s) {
        var run = seen.document().run();
        if (seen.power().isActive() || seen.watched() || run.phase() != Run.Phase.Started) {
            return false;
        }
        var isNoted = seen.hookClock()
                .filter(noted -> run.startedAt() == null || !noted.at().isBefore(run.startedAt()))
                .isPresent();
        return Ends.isOfThisBoot(seen, s) && (Ends.isWithoutLibvirt(seen) || !isNoted);
    }

    private static Run run(Observation.Present seen, Situation s) {
        var run = watched(seen, s);
        var isActive = seen.power().isActive();
        return switch (run.phase()) {
            case Starting -> isActive ? run.started() : seen.cameUp() ? Ends.after(run, seen, s) : run;
            case Started -> isActive ? rebooted(run, seen, s) : hasGone(seen, s) ? run : Ends.after(run, seen, s);
            case Ended -> isActive ? run.next(s.now(), s.host().bootId()).started() : run;
        };
    }

    /** It goes on at another node. */
    private static boolean hasGone(Observation.Present seen, Situation s) {
        return seen.document().isLeaving(s.host().nodeName())
                && seen.power().reason().equals(Moves.MIGRATED);
    }

    /** The run, with what its watchdog did. */
    private static Run watched(Observation.Present seen, Situation s) {
        var run = seen.document().run();
        var known = Optional.ofNullable(run.watchdogFiredAt()).filter(s::isPast).orElse(Instant.MIN);
        var started = Optional.ofNullable(run.startedAt()).filter(s::isPast).orElse(Instant.MIN);
        return seen.watchdogFiredAt()
                .filter(_ -> run.phase() != Run.Phase.Ended)
                .filter(s::isPast)
                .filter(known::isBefore)
                .filter(started::isBefore)
                .map(run::watchdogFired)
                .orElse(run);
    }

    private static RebootReason reason(Run run, Instant rebootedAt) {
        return Optional.ofNullable(run.watchdogFiredAt())
                .filter(fired -> fired.plus(ONE_REBOOT).isAfter(rebootedAt))
                .map(_ -> RebootReason.WatchdogFired)
                .orElse(RebootReason.GuestReboot);
    }

    private static Run rebooted(Run run, Observation.Present seen, Situation s) {
        var known = Optional.ofNullable(run.lastReboot())
                .map(reboot -> Instant.parse(reboot.at()))
                .filter(s::isPast)
                .map(at -> at.plus(ONE_REBOOT))
                .orElse(Instant.MIN);
        var started = Optional.ofNullable(run.startedAt()).filter(s::isPast).orElse(Instant.MIN);
        return seen.rebootedAt()
                .filter(s::isPast)
                .filter(known::isBefore)
                .filter(started::isBefore)
                .map(at -> run.rebooted(new LastReboot(reason(run, at).name(), at.toString())))
                .orElse(run);
    }
}
