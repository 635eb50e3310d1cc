package dev.meridian.domain.plan;

import dev.meridian.domain.clock.ClockRules;
import dev.meridian.domain.life.Verbs;
import dev.meridian.domain.machine.Machine;
import dev.meridian.domain.metadata.MachineDocument;
import java.util.List;
import java.util.Optional;

/** Decides the next step of a machine on its node. */
public final class Planner {
    private Planner() {}

    public static Step next(Situation s) {
        if (s.progress().inFlight().isPresent()) {
            return new Step.InFlight();
        }
        return Retries.heldBack(decide(s), s);
    }

    /** Files on the node of which the facts are needed to decide about a start. */
    public static List<String> files(Machine machine) {
        return StartChecks.paths(machine);
    }

    /** Images that must be on the node for the machine to start, when it is to. */
    public static List<String> images(Situation s) {
        return switch (s.observation()) {
            case Observation.Absent() -> !s.deleting() && Verbs.wantUp(Wishes.life(s)) ? Disks.images(s) : List.of();
            case Observation.Present seen ->
                !s.deleting() && !seen.power().isActive() && Wishes.up(s, seen.document())
                        ? Disks.images(s)
                        : List.of();
            case Observation.Unreachable _,
                    Observation.NewerFormat _,
                    Observation.UnreadableHandover _,
                    Observation.Foreign _ -> List.of();
        };
    }

    private static Step decide(Situation s) {
        return switch (s.observation()) {
            case Observation.Unreachable(var message) ->
                new Step.Hold(
                        "LibvirtUnreachable", "libvirt on node " + s.host().nodeName() + ": " + message);
            case Observation.NewerFormat(var format) ->
                Step.Refuse.of(
                        s.now(),
                        "NewerFormat",
                        "the machine's metadata has format %d, this agent knows %d; upgrade the agent of node %s"
                                .formatted(
                                        format, MachineDocument.FORMAT, s.host().nodeName()));
            case Observation.UnreadableHandover(var why) ->
                Step.Refuse.of(
                        s.now(),
                        "HandoverUnreadable",
                        "status.handover.document cannot be read: %s; put back what the machine's last node wrote there, or take status.handover away to start with a new clock and new hardware addresses"
                                .formatted(why));
            case Observation.Foreign _ when wantsNothingHere(s) -> new Step.Release();
            case Observation.Foreign(var name, var what) ->
                Step.Refuse.of(
                        s.now(),
                        "ForeignDomain",
                        "node %s has a domain %s %s that is not this machine; it is left alone. Rename the machine or remove that domain"
                                .formatted(s.host().nodeName(), name, what));
            case Observation.Absent() -> DiskMarks.before(absent(s), s);
            case Observation.Present present -> DiskMarks.before(present(s, present), s);
        };
    }

    private static Step absent(Situation s) {
        var moved = MovedFiles.whileAbsent(s);
        if (moved.isPresent()) {
            return moved.get();
        }
        if (s.deleting()) {
            return s.supplies().hasFiles()
                    ? new Step.RemoveFiles(
                            s.host().directory(s.machine().identity()), s.host().retained())
                    : new Step.Release();
        }
        return switch (s.assignment()) {
            case Assignment.Released() -> new Step.Settled();
            case Assignment.Leaving _ -> new Step.Release();
            case Assignment.Here _ -> here(s);
        };
    }

    private static Step here(Situation s) {
        if (Migrated.isHeld(s)) {
            return Migrated.refusal(s);
        }
        if (s.undefined().isPresent()) {
            var document = Drifts.undefined(s.undefined().get(), s);
            return remembering(
                    s,
                    s.migratedAt().isPresent() ? document.withRun(document.run().ended(Ends.halted(s), 0)) : document);
        }
        var gone = Moves.whileAbsent(s);
        if (gone.isPresent()) {
            return gone.get();
        }
        var decision = Verbs.whileOff(Wishes.life(s));
        return Verbs.wantUp(Wishes.life(s)) ? Starts.next(s, s.handedOver(), decision) : new Step.Settled();
    }

    private static Step present(Situation s, Observation.Present seen) {
        var arrived = MovedFiles.whilePresent(s);
        if (arrived.isPresent()) {
            return arrived.get();
        }
        var going = Migrated.whileGoing(s, seen);
        if (going.isPresent()) {
            return going.get();
        }
        var document = Remembering.after(seen, s);
        if (!seen.power().isActive()
                && !seen.name().equals(s.machine().identity().domainName())) {
            var renamed = Drifts.renamed(document, seen, s);
            return new Step.Rename(s.machine().identity().domainName(), s.definition(renamed), renamed);
        }
        if (!document.equals(seen.document())) {
            return remember(s, seen, document);
        }
        return seen.power().isActive() ? Runs.next(s, seen) : off(s, seen);
    }

    private static Step off(Situation s, Observation.Present seen) {
        return switch (s.assignment()) {
            case Assignment.Released() -> LocalStates.undefine(s, seen.document());
            case Assignment.Leaving(var _, var handedOver) ->
                Moves.unsettled(s, seen)
                        .orElseGet(
                                () -> handedOver || s.deleting() ? leave(s, seen) : new Step.HandOver(seen.document()));
            case Assignment.Here _ ->
                Moves.whileOff(s, seen)
                        .orElseGet(() ->
                                s.deleting() ? LocalStates.undefine(s, seen.document()) : offHere(s, seen.document()));
        };
    }

    private static Step leave(Situation s, Observation.Present seen) {
        return MovedFiles.left(s, seen).orElseGet(() -> LocalStates.undefine(s, seen.document()));
    }

    private static Step offHere(Situation s, MachineDocument document) {
        if (Migrated.isGivenUp(s, document)) {
            return remembering(s, document.withRun(document.run().ended(Ends.halted(s), 0)));
        }
        var decision = Verbs.whileOff(Wishes.life(s, document));
        var handled = document.withVerbs(decision.handled(), decision.ignored());
        return switch (decision.act()) {
            case Start -> Starts.next(s, Optional.of(document), decision);
            case Stop -> remembering(s, handled.withRun(handled.run().ended(Ends.neverBegun(s), 0)));
            case None -> {
                if (!handled.equals(document)) {
                    yield remembering(s, handled);
                }
                yield Wishes.up(s, document) ? Starts.next(s, Optional.of(document), decision) : new Step.Settled();
            }
            case Hibernate, Restart, Reset -> throw new IllegalStateException("no act of a machine that is off");
        };
    }

    private static Step remember(Situation s, Observation.Present seen, MachineDocument document) {
        var onlyClock = document.withClock(seen.document().clock()).equals(seen.document());
        var allowed = ClockRules.nextWrite(seen.document().clock(), s.now());
        if (onlyClock && s.now().isBefore(allowed)) {
            return new Step.Wait(allowed, "ClockChanging", "the guest changes its clock more than once a second");
        }
        return remembering(s, document);
    }

    static Step remembering(Situation s, MachineDocument document) {
        return new Step.Remember(s.definition(document), document);
    }

    private static boolean wantsNothingHere(Situation s) {
        return s.deleting() || s.assignment() instanceof Assignment.Leaving;
    }
}
