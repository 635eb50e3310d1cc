package dev.meridian.domain.plan;

import dev.meridian.api.v1alpha1.RunStrategy;
import dev.meridian.domain.clock.ClockRules;
import dev.meridian.domain.machine.Machine;
import dev.meridian.domain.machine.Requests;
import dev.meridian.domain.metadata.MachineDocument;
import dev.meridian.domain.metadata.Run;
import dev.meridian.domain.xml.DomainXml;
import dev.meridian.domain.xml.KeptAddresses;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Decides the next step of a machine on its node. */
public final class Planner {
    private static final Duration ASK_AGAIN = Duration.ofSeconds(5);
    private static final Duration LOOK_AGAIN = Duration.ofMinutes(5);
    private static final String DEFAULT_NETWORK = "default";

    private Planner() {}

    public static Step next(Situation s) {
        if (s.progress().inFlight().isPresent()) {
            return new Step.InFlight();
        }
        return afterFailures(decide(s), s);
    }

    /** Files on the node of which the facts are needed to decide about a start. */
    public static List<String> files(Machine machine) {
        return StartChecks.paths(machine);
    }

    private static Step decide(Situation s) {
        return switch (s.observation()) {
            case Observation.Unreachable(var message) ->
                new Step.Hold(
                        "LibvirtUnreachable", "libvirt on node " + s.host().nodeName() + ": " + message);
            case Observation.NewerFormat(var format) ->
                refuse(
                        s,
                        "NewerFormat",
                        "the domain's metadata has format %d, this agent knows %d; upgrade the agent of node %s"
                                .formatted(
                                        format, MachineDocument.FORMAT, s.host().nodeName()));
            case Observation.Foreign _ when wantsNothingHere(s) -> new Step.Release();
            case Observation.Foreign(var name, var what) ->
                refuse(
                        s,
                        "ForeignDomain",
                        "node %s has a domain %s %s that is not this machine; it is left alone. Rename the machine or remove that domain"
                                .formatted(s.host().nodeName(), name, what));
            case Observation.Absent() -> absent(s);
            case Observation.Present present -> present(s, present);
        };
    }

    private static Step absent(Situation s) {
        if (s.deleting()) {
            return new Step.Release();
        }
        return switch (s.assignment()) {
            case Assignment.Released() -> new Step.Settled();
            case Assignment.Leaving _ -> new Step.Release();
            case Assignment.Here _ ->
                switch (s.machine().runStrategy()) {
                    case Halted -> new Step.Settled();
                    case Always -> start(s, s.handedOver());
                };
        };
    }

    private static Step present(Situation s, Observation.Present seen) {
        var document = Remembering.after(seen, s.now());
        if (!document.equals(seen.document())) {
            return remember(s, seen, document);
        }
        if (seen.power().isActive()) {
            return wantsDown(s) ? stop(s, seen) : run(s, seen);
        }
        if (s.deleting()) {
            return new Step.Undefine();
        }
        return switch (s.assignment()) {
            case Assignment.Released() -> new Step.Undefine();
            case Assignment.Leaving(var _, var handedOver) ->
                handedOver ? new Step.Undefine() : new Step.HandOver(seen.document());
            case Assignment.Here _ ->
                switch (s.machine().runStrategy()) {
                    case Halted -> new Step.Settled();
                    case Always -> start(s, Optional.of(seen.document()));
                };
        };
    }

    private static Step remember(Situation s, Observation.Present seen, MachineDocument document) {
        var onlyClock = document.withClock(seen.document().clock()).equals(seen.document());
        var allowed = ClockRules.nextWrite(seen.document().clock());
        if (onlyClock && s.now().isBefore(allowed)) {
            return new Step.Wait(allowed, "ClockChanging", "the guest changes its clock more than once a second");
        }
        return new Step.Remember(definition(s, document), document);
    }

    /** The machine runs and should: a stop that was begun and is no longer wished is forgotten. */
    private static Step run(Situation s, Observation.Present seen) {
        if (seen.document().stopping() == null) {
            return new Step.Settled();
        }
        var document = seen.document().withStopping(null);
        return new Step.Remember(definition(s, document), document);
    }

    private static Step stop(Situation s, Observation.Present seen) {
        var stopping = seen.document().stopping();
        if (stopping == null) {
            var document = seen.document().withStopping(new MachineDocument.Stopping(s.now()));
            return new Step.Remember(definition(s, document), document);
        }
        var deadline = stopping.since().plus(s.machine().terminationGracePeriod());
        return switch (s.machine().stopMode()) {
            case Hard -> new Step.Destroy();
            case TrySoft -> s.now().isBefore(deadline) ? ask(s, deadline) : new Step.Destroy();
            case Soft -> ask(s, Instant.MAX);
        };
    }

    private static Step ask(Situation s, Instant deadline) {
        var again = s.progress().askedAt().map(at -> at.plus(ASK_AGAIN)).orElse(Instant.MIN);
        if (s.now().isBefore(again)) {
            return new Step.Wait(
                    again.isBefore(deadline) ? again : deadline, "Stopping", "the guest was asked to power off");
        }
        return new Step.Shutdown();
    }

    private static Step start(Situation s, Optional<MachineDocument> before) {
        var problem = StartChecks.firstProblem(s);
        if (problem.isPresent()) {
            return new Step.Refuse(problem.get(), s.now().plus(LOOK_AGAIN));
        }
        var hold = reservation(s);
        if (hold.isPresent()) {
            return hold.get();
        }
        var backedOff = before.flatMap(document -> backOff(document.run())).filter(s.now()::isBefore);
        if (backedOff.isPresent()) {
            return new Step.Wait(
                    backedOff.get(),
                    "CrashLoopBackOff",
                    "the machine ended again and again; next start at " + backedOff.get());
        }
        if (!s.machine().interfaces().isEmpty()) {
            var active = s.host().networks().get(DEFAULT_NETWORK);
            if (active == null) {
                return refuse(
                        s,
                        "NetworkMissing",
                        "spec.interfaces: node %s has no libvirt network %s; define it, or remove the interfaces"
                                .formatted(s.host().nodeName(), DEFAULT_NETWORK));
            }
            if (!active) {
                return new Step.StartNetwork(DEFAULT_NETWORK);
            }
        }
        var document = starting(s, before);
        return new Step.Start(definition(s, document), document);
    }

    /** What the start still waits for: room on the node. */
    private static Optional<Step> reservation(Situation s) {
        var needed = Requests.of(s.spec(), 0).memoryBytes();
        return switch (s.reserved()) {
            case Reserved.Missing(var why) ->
                Optional.of(new Step.Hold("WaitingForReservation", "reservation pod " + why));
            case Reserved.Bound(var pod, var memory)
            when memory < needed ->
                Optional.of(new Step.Hold(
                        "ReservationTooSmall",
                        "reservation pod %s holds %d bytes of memory, the spec needs %d; halt the machine and start it again"
                                .formatted(pod, memory, needed)));
            case Reserved.Bound _ -> Optional.empty();
        };
    }

    private static MachineDocument starting(Situation s, Optional<MachineDocument> before) {
        var hypervisor = s.host().resolve(s.machine().hypervisor()).orElseThrow();
        var last = before.map(document -> Machine.of(s.machine().identity(), document.applied()));
        var sameBoard = before.isPresent()
                && before.get().hypervisor() == hypervisor
                && last.isPresent()
                && last.get().machineType().equals(s.machine().machineType());
        return new MachineDocument(
                MachineDocument.FORMAT,
                s.machine().identity(),
                s.host().clusterId(),
                s.spec(),
                hypervisor,
                sameBoard ? before.get().machineType() : null,
                sameBoard ? KeptAddresses.of(before.get().addresses(), last.get(), s.machine()) : Map.of(),
                startingRun(before, s.now()),
                ClockRules.atStart(
                        s.machine().clock(), last.map(Machine::clock), before.map(MachineDocument::clock), s.now()),
                null);
    }

    private static Run startingRun(Optional<MachineDocument> before, Instant now) {
        return before.map(MachineDocument::run)
                .map(run -> new Run(
                        Run.Phase.Starting,
                        run.phase() == Run.Phase.Starting ? run.starts() : run.starts() + 1,
                        now,
                        run.failures(),
                        run.lastStop()))
                .orElse(new Run(Run.Phase.Starting, 1, now, 0, null));
    }

    private static String definition(Situation s, MachineDocument document) {
        return DomainXml.of(Machine.of(s.machine().identity(), document.applied()), s.host(), document);
    }

    /** When a machine that ended unexpectedly may be started again: at once, then after 10 s, doubling to 5 minutes. */
    static Optional<Instant> backOff(Run run) {
        var stop = run.lastStop();
        if (stop == null || run.failures() < 2) {
            return Optional.empty();
        }
        var wait = Duration.ofSeconds(10).multipliedBy(1L << Math.min(run.failures() - 2, 5));
        var longest = Duration.ofMinutes(5);
        return Optional.of(Instant.parse(stop.at()).plus(wait.compareTo(longest) > 0 ? longest : wait));
    }

    private static Step afterFailures(Step step, Situation s) {
        var failure = s.progress()
                .failure()
                .filter(f -> f.step().equals(step.getClass().getSimpleName()) && f.generation() == s.generation());
        if (failure.isEmpty()) {
            return step;
        }
        return switch (failure.get().kind()) {
            case NotSupported ->
                s.now().isBefore(failure.get().at().plus(LOOK_AGAIN))
                        ? new Step.Refuse(
                                new Problem(
                                        "NotSupported",
                                        "libvirt refuses the machine: "
                                                + failure.get().message()),
                                failure.get().at().plus(LOOK_AGAIN))
                        : step;
            case DiskInUse -> delayed(step, failure.get(), "DiskInUse", s.now());
            case Transient -> delayed(step, failure.get(), failure.get().step() + "Failed", s.now());
        };
    }

    private static Step delayed(Step step, Progress.Failure failure, String reason, Instant now) {
        return now.isBefore(failure.retryAt()) ? new Step.Wait(failure.retryAt(), reason, failure.message()) : step;
    }

    private static boolean wantsDown(Situation s) {
        return s.deleting() || s.machine().runStrategy() == RunStrategy.Halted;
    }

    private static boolean wantsNothingHere(Situation s) {
        return s.deleting() || s.assignment() instanceof Assignment.Leaving;
    }

    private static Step refuse(Situation s, String reason, String message) {
        return new Step.Refuse(new Problem(reason, message), s.now().plus(LOOK_AGAIN));
    }
}
