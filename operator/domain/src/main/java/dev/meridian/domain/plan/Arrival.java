package dev.meridian.domain.plan;

import dev.meridian.domain.life.Verbs;
import java.util.Optional;

/** What a node still has to do before a machine can come to it as it runs: all that a start there would do before it. */
public sealed interface Arrival {
    /** It can come. */
    record Ready() implements Arrival {}

    /** A step is taken first. */
    record Act(Step step) implements Arrival {}

    /** Something is awaited, which is looked for again. */
    record Awaited(String message) implements Arrival {}

    /** It cannot come here. */
    record Refused(String message) implements Arrival {}

    /** @param s as if the machine belonged here, with the reservation to which it is to come */
    static Arrival next(Situation s) {
        if (s.progress().inFlight().isPresent()) {
            return new Awaited("makes ready");
        }
        return switch (s.observation()) {
            case Observation.Absent() ->
                of(Retries.heldBack(Starts.next(s, Optional.empty(), Verbs.whileOff(Wishes.life(s))), s));
            case Observation.Unreachable(var message) -> new Awaited("libvirt: " + message);
            case Observation.Present seen ->
                new Refused("domain %s is there already (%s); destroy and undefine it"
                        .formatted(seen.name(), seen.power().state()));
            case Observation.Foreign(var name, var what) ->
                new Refused("domain %s %s is there already; rename the machine or remove that domain"
                        .formatted(name, what));
            case Observation.NewerFormat _, Observation.UnreadableHandover _ ->
                new Refused("a domain of the machine is there already, of a later version");
        };
    }

    private static Arrival of(Step step) {
        return switch (step) {
            case Step.Start _ -> new Ready();
            case Step.Refuse(var problem, var _) -> new Refused(problem.message());
            case Step.Hold(var _, var message) -> new Awaited(message);
            case Step.Wait(var _, var _, var message) -> new Awaited(message);
            case Step.StartNetwork _,
                    Step.MakeDisk _,
                    Step.GrowDisk _,
                    Step.SizeClaim _,
                    Step.ResizeDisk _,
                    Step.PlugCpus _,
                    Step.PlugMemory _,
                    Step.PinCpus _,
                    Step.AdoptDisk _,
                    Step.MarkDisks _,
                    Step.RemoveFiles _,
                    Step.MakeNetwork _,
                    Step.GiveAddress _,
                    Step.Remember _,
                    Step.Rename _,
                    Step.Suspend _,
                    Step.Resume _,
                    Step.Reset _,
                    Step.UpdateDevice _,
                    Step.ManagedSave _,
                    Step.Shutdown _,
                    Step.Destroy _,
                    Step.Undefine _,
                    Step.Migrate _ -> new Act(step);
            case Step.Settled _, Step.InFlight _, Step.HandOver _, Step.Release _ ->
                throw new IllegalStateException("no step of a start: " + step);
        };
    }
}
