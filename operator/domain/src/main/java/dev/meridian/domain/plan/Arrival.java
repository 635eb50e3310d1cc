package dev.meridian.domain.plan;

import dev.meridian.api.v1alpha1.MigrationSource;
import dev.meridian.api.v1alpha1.VirtualMachineMigration;
import dev.meridian.api.v1alpha1.VirtualMachineSpec;
import dev.meridian.domain.machine.Machine;
import dev.meridian.domain.metadata.MachineDocument;
import dev.meridian.domain.metadata.MachineDocuments;
import java.util.List;
import java.util.Optional;

/** What a node still has to do before a machine can come to it as it runs: all that a start there would do before it. */
public sealed interface Arrival {
    /**
     * It can come.
     *
     * @param devices of claims that it has here
     */
    record Ready(List<MappedDevice> devices) implements Arrival {}

    /** A step is taken first. */
    record Act(Step step) implements Arrival {}

    /** Something is awaited, which is looked for again. */
    record Awaited(String message) implements Arrival {}

    /** It cannot come here. */
    record Refused(String message) implements Arrival {}

    /** The document of the running guest, by the word of its node. */
    static Optional<MachineDocument> document(VirtualMachineMigration migration) {
        return Optional.ofNullable(migration.getStatus())
                .flatMap(status -> Optional.ofNullable(status.source()))
                .map(MigrationSource::document)
                .map(MachineDocuments::read)
                .flatMap(parsed -> switch (parsed) {
                    case MachineDocuments.Parsed.Document(var document) -> Optional.of(document);
                    case MachineDocuments.Parsed.NewerFormat _, MachineDocuments.Parsed.Unreadable _ ->
                        Optional.empty();
                });
    }

    /** Whether the files are held open that the guest has in claims, where it has some. */
    static boolean isHeld(MachineDocument document, String migration, Optional<String> heldFor) {
        return !SharedDisks.hasFiles(document, Machine.of(document.object(), document.applied()))
                || heldFor.filter(migration::equals).isPresent();
    }

    /** The spec of the running guest; where a document keeps digests alone, what the machine's object has now. */
    static VirtualMachineSpec spec(MachineDocument document, VirtualMachineSpec now) {
        return document.applied().withCloudInit(now.cloudInit()).withIgnition(now.ignition());
    }

    /** Images that must be on the node for the machine to come. */
    static List<String> images(Situation s, MachineDocument document) {
        return s.observation() instanceof Observation.Absent ? ArrivingFiles.images(s, document) : List.of();
    }

    /**
     * @param s as if the machine belonged here, with the spec of the running guest and the reservation to which it is to
     *     come
     * @param document of the guest where it runs
     */
    static Arrival next(Situation s, MachineDocument document, String migration) {
        if (s.progress().inFlight().isPresent()) {
            return new Awaited("makes ready");
        }
        return switch (s.observation()) {
            case Observation.Absent() ->
                SharedDisks.refused(s)
                        .<Arrival>map(Refused::new)
                        .or(() -> Starts.room(s, Optional.empty())
                                .or(() -> ArrivingFiles.next(s, document, migration))
                                .or(() -> SharedDisks.next(s, document, migration))
                                .map(step -> of(Retries.heldBack(step, s))))
                        .orElseGet(() -> new Ready(SharedDeviceDisks.mapped(s)));
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
                    Step.MarkFiles _,
                    Step.KeepFiles _,
                    Step.DropFiles _,
                    Step.WriteFiles _,
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
                    Step.Shutdown _,
                    Step.Destroy _,
                    Step.Undefine _,
                    Step.Migrate _,
                    Step.AskTarget _,
                    Step.Expect _,
                    Step.StopExpecting _ -> new Act(step);
            case Step.Start _, Step.Settled _, Step.InFlight _, Step.HandOver _, Step.Release _ ->
                throw new IllegalStateException("nothing to make ready: " + step);
        };
    }
}
