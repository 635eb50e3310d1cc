package dev.meridian.domain.placement;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.meridian.api.v1alpha1.LastStop;
import dev.meridian.api.v1alpha1.Meridian;
import dev.meridian.api.v1alpha1.MigrationPhase;
import dev.meridian.api.v1alpha1.MigrationSource.MigrationSourceState;
import dev.meridian.api.v1alpha1.VirtualMachine;
import dev.meridian.api.v1alpha1.VirtualMachineMigration;
import dev.meridian.api.v1alpha1.VirtualMachineSpec;
import dev.meridian.domain.Samples;
import dev.meridian.domain.Yaml;
import dev.meridian.domain.machine.Machine;
import dev.meridian.domain.metadata.KeptDisk;
import dev.meridian.domain.metadata.MachineDocument;
import dev.meridian.domain.metadata.MachineDocuments;
import dev.meridian.domain.metadata.Move;
import dev.meridian.domain.metadata.Run;
import dev.meridian.domain.plan.Assignment;
import dev.meridian.domain.plan.Moves;
import dev.meridian.domain.plan.Observation;
import dev.meridian.domain.plan.Outgoing;
import dev.meridian.domain.plan.Planner;
import dev.meridian.domain.plan.Situation;
import dev.meridian.domain.plan.Step;
import dev.meridian.domain.supply.Beneath;
import dev.meridian.domain.supply.HostDevices;
import dev.meridian.domain.supply.MadeDisk;
import dev.meridian.domain.supply.MountedClaim;
import dev.meridian.domain.supply.Moving;
import dev.meridian.domain.supply.OwnFiles;
import dev.meridian.domain.supply.Supplies;
import dev.meridian.domain.xml.Definition;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * All that can come of a migration, step by step: the controller's and the source's planners decide, while libvirt, the
 * agents' lives, the power of the source and the user do whatever they can at any time.
 */
class MigrationWorldTest {
    private static final String SOURCE = "worker-0";
    private static final String TARGET = "worker-1";
    private static final String UID = "migration-uid";
    private static final String DATA = "/var/lib/meridian/machines/%s/data.qcow2".formatted(Samples.IDENTITY.uid());
    private static final Path PLACEMENTS = Path.of("src/test/resources/placements");

    private static ObjectNode machine;

    @BeforeAll
    static void read() throws IOException {
        machine = (ObjectNode) Yaml.read(Files.readString(PLACEMENTS.resolve("new.yaml")), JsonNode.class);
        Yaml.merge(machine, Yaml.read(Files.readString(PLACEMENTS.resolve("migratable.yaml")), JsonNode.class));
    }

    /** The domain at the source. */
    private enum Here {
        Running,
        Migrated,
        PoweredOff,
        Unexplained,
        /** The node has no power, and somebody has said so. */
        Dead,
        Absent
    }

    private enum Note {
        None,
        Noted,
        Ended
    }

    /** What the guest has of disks. */
    private enum Has {
        Nothing,
        /** Files of its node. */
        Disks,
        /** Files of both nodes. */
        Claims
    }

    /** The copy at the target: whole when it stands still. */
    private enum There {
        Absent,
        /** A definition holds its place, and nobody the files of claims. */
        Place,
        /** The files of claims are held open, too. */
        Held,
        Paused,
        Running
    }

    private enum Asked {
        Unknown,
        Whole,
        None
    }

    private record Told(MigrationPhase phase, @Nullable MigrationSourceState said, boolean cancelled) {
        boolean isOver() {
            return switch (phase) {
                case Succeeded, Failed, Cancelled -> true;
                case Pending, Scheduling, Preparing, Running -> false;
            };
        }

        Told phase(MigrationPhase next) {
            return new Told(next, said, cancelled);
        }
    }

    /**
     * @param left they are noted to be left
     * @param asked what the source's agent knows of the copy at the target by asking it
     * @param ended the end of the run is recorded
     * @param job libvirt is at it
     * @param call the source's agent waits for it
     * @param heard the migration as the source's agent has it
     * @param moved status.nodeName is the target
     * @param reserved status.reservation is the target's
     */
    private record State(
            Has has,
            boolean left,
            Asked asked,
            Here here,
            Note note,
            boolean ended,
            boolean job,
            boolean call,
            There there,
            Told told,
            Told heard,
            boolean moved,
            boolean reserved,
            boolean handedOver,
            boolean released) {
        State domain(Here newHere, Note newNote, boolean newEnded) {
            return new State(
                    has,
                    left,
                    asked,
                    newHere,
                    newNote,
                    newEnded,
                    job,
                    call,
                    there,
                    told,
                    heard,
                    moved,
                    reserved,
                    handedOver,
                    released);
        }

        State libvirt(Here newHere, boolean newJob, There newThere) {
            return new State(
                    has,
                    left,
                    asked,
                    newHere,
                    note,
                    ended,
                    newJob,
                    call,
                    newThere,
                    told,
                    heard,
                    moved,
                    reserved,
                    handedOver,
                    released);
        }

        State call(boolean newCall) {
            return new State(
                    has,
                    left,
                    asked,
                    here,
                    note,
                    ended,
                    job,
                    newCall,
                    there,
                    told,
                    heard,
                    moved,
                    reserved,
                    handedOver,
                    released);
        }

        boolean disks() {
            return has == Has.Disks;
        }

        /** What is at the target where no guest is, and nobody has given the migration up. */
        There empty() {
            return has == Has.Claims ? There.Place : There.Absent;
        }

        State with(Has newHas) {
            return new State(
                    newHas,
                    left,
                    asked,
                    here,
                    note,
                    ended,
                    job,
                    call,
                    there,
                    told,
                    heard,
                    moved,
                    reserved,
                    handedOver,
                    released);
        }

        State leaves() {
            return new State(
                    has,
                    true,
                    asked,
                    here,
                    note,
                    ended,
                    job,
                    call,
                    there,
                    told,
                    heard,
                    moved,
                    reserved,
                    handedOver,
                    released);
        }

        State asked(Asked newAsked) {
            return new State(
                    has,
                    left,
                    newAsked,
                    here,
                    note,
                    ended,
                    job,
                    call,
                    there,
                    told,
                    heard,
                    moved,
                    reserved,
                    handedOver,
                    released);
        }

        State there(There newThere) {
            return libvirt(here, job, newThere);
        }

        State told(Told newTold) {
            return new State(
                    has,
                    left,
                    asked,
                    here,
                    note,
                    ended,
                    job,
                    call,
                    there,
                    newTold,
                    heard,
                    moved,
                    reserved,
                    handedOver,
                    released);
        }

        State hears() {
            return new State(
                    has,
                    left,
                    asked,
                    here,
                    note,
                    ended,
                    job,
                    call,
                    there,
                    told,
                    told,
                    moved,
                    reserved,
                    handedOver,
                    released);
        }

        State placed(boolean newMoved, boolean newReserved) {
            return new State(
                    has,
                    left,
                    asked,
                    here,
                    note,
                    ended,
                    job,
                    call,
                    there,
                    told,
                    heard,
                    newMoved,
                    newReserved,
                    handedOver,
                    released);
        }

        State handed(boolean newHandedOver, boolean newReleased) {
            return new State(
                    has,
                    left,
                    asked,
                    here,
                    note,
                    ended,
                    job,
                    call,
                    there,
                    told,
                    heard,
                    moved,
                    reserved,
                    newHandedOver,
                    newReleased);
        }

        boolean isOver() {
            return told.isOver();
        }

        boolean runsOnce() {
            return (here == Here.Running) != (there == There.Running);
        }
    }

    private static final State BEGIN = new State(
            Has.Nothing,
            false,
            Asked.Unknown,
            Here.Running,
            Note.None,
            false,
            false,
            false,
            There.Absent,
            new Told(MigrationPhase.Preparing, null, false),
            new Told(MigrationPhase.Preparing, null, false),
            false,
            false,
            false,
            false);

    @Test
    void guestNeverRunsInBothPlacesAndAlwaysCanGoOnInOne() {
        // given
        var next = new HashMap<State, Set<State>>();
        var unseen = new ArrayDeque<>(
                List.of(BEGIN, BEGIN.with(Has.Disks), BEGIN.with(Has.Claims).there(There.Held)));

        // when
        while (!unseen.isEmpty()) {
            var state = unseen.poll();
            if (next.containsKey(state)) {
                continue;
            }
            var fair = fair(state);
            next.put(state, fair);
            unseen.addAll(fair);
            unseen.addAll(faults(state));
        }

        // then
        assertThat(next.keySet())
                .as("all that can be")
                .hasSizeGreaterThan(300)
                .noneMatch(state -> state.here() == Here.Running && state.there() == There.Running);
        assertThat(next.keySet())
                .as("a machine is at the target only when its disks are")
                .noneMatch(state -> state.disks() && state.moved() && state.there() == There.Absent);
        assertThat(next.keySet())
                .as("guests with disks that the target was asked of")
                .anyMatch(state -> state.asked() == Asked.Whole)
                .anyMatch(state -> state.asked() == Asked.None);
        assertThat(next.keySet()).anyMatch(state -> state.told().phase() == MigrationPhase.Succeeded && state.disks());
        assertThat(next.keySet())
                .anyMatch(state -> state.told().phase() == MigrationPhase.Succeeded && state.has() == Has.Claims);
        assertThat(next.keySet())
                .as("the target has lost the files that it held when libvirt is asked")
                .anyMatch(state -> state.there() == There.Place && state.note() == Note.Noted && !state.job());
        assertThat(next.keySet()).anyMatch(state -> state.told().phase() == MigrationPhase.Succeeded);
        assertThat(next.keySet()).anyMatch(state -> state.told().phase() == MigrationPhase.Failed);
        assertThat(next.keySet()).anyMatch(state -> state.told().phase() == MigrationPhase.Cancelled);
        var stuck = new HashSet<>(next.keySet());
        stuck.removeAll(whatLeadsToAnEnd(next));
        assertThat(stuck.stream().limit(5)).isEmpty();
    }

    /** Backwards from where the guest runs once, the migration is over and no place is held, by what happens without a fault. */
    private static Set<State> whatLeadsToAnEnd(Map<State, Set<State>> next) {
        var before = new HashMap<State, Set<State>>();
        next.forEach((state, after) -> after.forEach(
                one -> before.computeIfAbsent(one, _ -> new HashSet<>()).add(state)));
        var led = new HashSet<State>();
        var open = new ArrayDeque<>(next.keySet().stream()
                .filter(state -> state.isOver() && state.runsOnce() && !isHeld(state.there()))
                .toList());
        while (!open.isEmpty()) {
            var state = open.poll();
            if (led.add(state)) {
                open.addAll(before.getOrDefault(state, Set.of()));
            }
        }
        return led;
    }

    private static boolean isHeld(There there) {
        return switch (there) {
            case Place, Held -> true;
            case Absent, Paused, Running -> false;
        };
    }

    /** What goes on by itself. */
    private static Set<State> fair(State state) {
        return Stream.of(
                        controller(state),
                        source(state),
                        libvirt(state),
                        target(state),
                        Stream.of(state.hears()),
                        // It keeps disks that nobody else has: somebody mends it.
                        state.here() == Here.Dead && state.disks() ? Stream.of(back(state)) : Stream.<State>empty())
                .flatMap(after -> after)
                .collect(HashSet::new, HashSet::add, HashSet::addAll);
    }

    /** What nobody asks for. */
    private static List<State> faults(State state) {
        var after = new ArrayList<State>();
        after.add(state.call(false).asked(Asked.Unknown)); // the source's agent dies
        if (state.there() == There.Held) {
            after.add(state.there(There.Place)); // the target's dies
        }
        after.add(state.told(new Told(state.told().phase(), state.told().said(), true)));
        if (state.here() == Here.Running) {
            after.add(state.libvirt(Here.PoweredOff, false, state.job() ? state.empty() : state.there()));
            after.add(state.libvirt(Here.Unexplained, false, state.job() ? state.empty() : state.there()));
            if (state.job()) {
                after.add(state.libvirt(Here.Unexplained, false, There.Paused));
            }
        }
        switch (state.here()) {
            case Running, Migrated, PoweredOff, Unexplained -> {
                after.add(state.libvirt(Here.Dead, false, state.job() ? state.empty() : state.there())
                        .call(false)
                        .asked(Asked.Unknown));
                if (state.job()) {
                    after.add(state.libvirt(Here.Dead, false, There.Paused)
                            .call(false)
                            .asked(Asked.Unknown));
                }
            }
            case Dead -> after.add(back(state));
            case Absent -> {}
        }
        return after;
    }

    /** What the node still has of a machine that is another's by now, its agent ends first. */
    private static State back(State state) {
        return state.moved()
                ? state.domain(Here.Absent, Note.None, state.ended())
                : state.domain(Here.PoweredOff, state.note(), state.ended());
    }

    private static Stream<State> libvirt(State state) {
        if (!state.job()) {
            return state.call() ? Stream.of(returned(state)) : Stream.empty();
        }
        return Stream.of(
                state.libvirt(Here.Migrated, false, There.Paused),
                state.libvirt(Here.Running, false, state.empty()),
                state.libvirt(Here.Running, false, There.Paused)); // the answer to its last question was lost
    }

    /** The call comes back to the source's agent, which lets the guest go on there if it is gone from here. */
    private static State returned(State state) {
        var goesOn = state.here() == Here.Migrated && state.there() == There.Paused;
        return (goesOn ? state.there(There.Running) : state).call(false);
    }

    private static Stream<State> target(State state) {
        if (state.moved() && state.there() != There.Running) {
            return Stream.of(state.there(There.Running));
        }
        var isGivenUp =
                state.told().phase() == MigrationPhase.Failed || state.told().phase() == MigrationPhase.Cancelled;
        return isGivenUp && (state.there() == There.Paused || isHeld(state.there()))
                ? Stream.of(state.there(There.Absent))
                : Stream.empty();
    }

    private static Stream<State> controller(State state) {
        var isDead = state.here() == Here.Dead && !state.moved();
        var first = reserved(1, SOURCE);
        var view = new PlacementView(
                vm(state),
                List.of(isDead ? first.ending() : first, reserved(2, TARGET)),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                false,
                isDead,
                ReservationOptions.DEFAULT,
                Samples.NOW,
                List.of(migration(state.told(), state)),
                MigrationTraffic.NONE,
                isDead ? World.FENCED : NodeMarks.NONE,
                Optional.empty(),
                false,
                Optional.empty());
        return switch (PlacementPlanner.next(view)) {
            case PlacementStep.WriteMigration(var _, var status) ->
                Stream.of(state.told(state.told().phase(Objects.requireNonNull(status.phase()))));
            case PlacementStep.WriteStatus(var status, var _) ->
                Stream.of(state.placed(
                        TARGET.equals(status.nodeName()),
                        status.reservation() != null
                                && TARGET.equals(status.reservation().nodeName())));
            case PlacementStep _ -> Stream.empty();
        };
    }

    private static VirtualMachine vm(State state) {
        var has = state.disks() ? "{id: 7, localState: [Disks]}" : "{id: 7}";
        var gone = state.released() ? "{releasedBy: worker-0, releasedAttempt: 2}" : has;
        var isOn = state.moved()
                || state.note() == Note.Noted
                || state.here() == Here.Running
                || state.here() == Here.Dead;
        return MACHINES.computeIfAbsent(
                """
                        status:
                          nodeName: %s
                          reservation: {podName: web-22222222-%d, podUID: pod-uid-%d, nodeName: %s, attempt: %d}
                          power: {state: "%s"}
                          domain: %s
                        """.formatted(
                                state.moved() ? TARGET : SOURCE,
                                state.reserved() ? 2 : 1,
                                state.reserved() ? 2 : 1,
                                state.reserved() ? TARGET : SOURCE,
                                state.reserved() ? 2 : 1,
                                isOn ? "Running" : "Off",
                                gone),
                MigrationWorldTest::machine);
    }

    private static VirtualMachine machine(String status) {
        var object = machine.deepCopy();
        Yaml.merge(object, Yaml.read(status, JsonNode.class));
        return Applied.of(object, Applied.Share.All).machine();
    }

    private static final Map<String, VirtualMachine> MACHINES = new HashMap<>();
    private static final Map<String, ReservedPod> PODS = new HashMap<>();

    private static ReservedPod reserved(int attempt, String node) {
        return PODS.computeIfAbsent(node, _ -> ReservedPod.of(pod(attempt, node)));
    }

    private static Pod pod(int attempt, String node) {
        var made = ReservationPod.of(
                Yaml.read(machine, VirtualMachine.class),
                attempt,
                new Placement.Anywhere(),
                ReservationOptions.DEFAULT);
        var builder = new PodBuilder(made)
                .editMetadata()
                .withUid("pod-uid-" + attempt)
                .withCreationTimestamp(Samples.NOW.toString())
                .endMetadata()
                .editSpec()
                .withNodeName(node)
                .endSpec()
                .withNewStatus()
                .withPhase("Running")
                .endStatus();
        return node.equals(TARGET)
                ? builder.editMetadata()
                        .addToLabels(Meridian.MIGRATION_LABEL, UID)
                        .endMetadata()
                        .build()
                : builder.build();
    }

    /** What the guest is, and what its node has of it. */
    private record Guest(VirtualMachineSpec spec, MachineDocument document, Supplies supplies, String offered) {
        static Guest without() {
            var spec = Samples.spec("{memory: {guest: 256Mi}}");
            var document = Samples.document(spec);
            return new Guest(spec, document, Supplies.NONE, MachineDocuments.write(document));
        }

        static Guest withClaims() {
            var spec = Samples.spec(
                    "{memory: {guest: 256Mi}, disks: [{name: data, persistentVolumeClaim: {claimName: both}, cache: none}]}");
            var document = Samples.document(spec)
                    .withDisks(Map.of("data", new KeptDisk("/persistentVolumeClaim/both/disk.img", 1 << 30, null)));
            var volume =
                    Machine.of(Samples.IDENTITY, spec).diskClaims().getFirst().volume();
            var supplies = new Supplies(
                    Map.of(),
                    Map.of(),
                    Map.of(),
                    Map.of(),
                    Map.of(
                            volume,
                            new MountedClaim.FileSystem(
                                    new Beneath("/kubelet", "both"), OptionalLong.of(1 << 30), 1 << 30)),
                    Set.of("both"),
                    Map.of(),
                    HostDevices.NONE,
                    Map.of(),
                    Map.of(),
                    Set.of(),
                    false,
                    OwnFiles.NONE);
            return new Guest(spec, document, supplies, MachineDocuments.write(document));
        }

        static Guest withDisks() {
            var spec = Samples.spec("{memory: {guest: 256Mi}, disks: [{name: data, blank: {}, size: 1Gi}]}");
            var document = Samples.document(spec).withDisks(Map.of("data", new KeptDisk(DATA, 1 << 30, null)));
            var supplies = new Supplies(
                    Map.of("data", new MadeDisk.Made(1 << 30, Optional.empty())),
                    Map.of(),
                    Map.of(),
                    Map.of(),
                    Map.of(),
                    Set.of(),
                    Map.of(),
                    HostDevices.NONE,
                    Map.of(),
                    Map.of(),
                    Set.of(),
                    false,
                    OwnFiles.NONE);
            return new Guest(spec, document, supplies, MachineDocuments.write(document));
        }
    }

    private static final Guest WITH_CLAIMS = Guest.withClaims();
    private static final Guest WITHOUT = Guest.without();
    private static final Guest WITH_DISKS = Guest.withDisks();

    private static Guest guest(State state) {
        return switch (state.has()) {
            case Nothing -> WITHOUT;
            case Disks -> WITH_DISKS;
            case Claims -> WITH_CLAIMS;
        };
    }

    private static Supplies supplies(State state) {
        var supplies = guest(state).supplies();
        return state.left()
                ? supplies.with(new OwnFiles(
                        Optional.of(new Moving(Moving.Role.Gone, UID, "team-a", "web", null, false)),
                        Set.of(),
                        Map.of(),
                        Set.of(),
                        Optional.empty()))
                : supplies;
    }

    private static String source(Told told, State state) {
        return told.said() == MigrationSourceState.Offered
                ? "  source: {state: Offered, document: '%s'}"
                        .formatted(guest(state).offered())
                : "  source: {state: %s}".formatted(told.said());
    }

    private record ToldOf(Told told, Has has) {}

    private static final Map<ToldOf, VirtualMachineMigration> OBJECTS = new HashMap<>();

    private static VirtualMachineMigration migration(Told told, State state) {
        return OBJECTS.computeIfAbsent(new ToldOf(told, state.has()), _ -> read(told, state));
    }

    private static VirtualMachineMigration read(Told told, State state) {
        return Yaml.read(
                """
                metadata:
                  {name: away, namespace: team-a, uid: %s, generation: 1, creationTimestamp: "%s", finalizers: [%s]}
                spec: {virtualMachineName: web, timeoutSeconds: 1800, cancel: %s}
                status:
                  phase: %s
                  startedAt: "%s"
                  sourceNodeName: worker-0
                  targetNodeName: worker-1
                  reservation: {podName: web-22222222-2, podUID: pod-uid-2, nodeName: worker-1, attempt: 2}
                  target: {state: Ready, libvirtURI: "qemu+tls://worker-1/system", migrationURI: "tcp://worker-1"}
                %s
                """.formatted(
                                UID,
                                Samples.NOW,
                                told.isOver() ? "" : "meridian.dev/migration",
                                told.cancelled(),
                                told.phase(),
                                Samples.NOW,
                                told.said() == null ? "" : source(told, state)),
                VirtualMachineMigration.class);
    }

    /** What the source's agent does, and what it says; it may die between. */
    private static Stream<State> source(State state) {
        if (state.moved() || state.call() || state.here() == Here.Dead) {
            return Stream.empty();
        }
        var situation = situation(state);
        var said = Moves.told(situation)
                .map(source -> state.told(new Told(
                        state.told().phase(), source.state(), state.told().cancelled())));
        return Stream.concat(said.stream(), done(state, Planner.next(situation)));
    }

    private static Stream<State> done(State state, Step step) {
        return switch (step) {
            case Step.Migrate _ -> {
                var noted = state.domain(state.here(), Note.Noted, state.ended());
                yield isReady(state)
                        ? Stream.of(
                                noted,
                                noted.libvirt(Here.Running, true, state.empty()).call(true))
                        : Stream.of(noted); // it is not proven that the target has the guest's files
            }
            case Step.Remember(var _, var document) ->
                Stream.of(state.domain(
                        state.here(), note(document), document.run().phase() == Run.Phase.Ended));
            case Step.Start(var _, var document, var _, var _) ->
                Stream.of(state.domain(Here.Running, note(document), false));
            case Step.MarkFiles _ -> Stream.of(state.leaves());
            case Step.AskTarget _ -> Stream.of(state.asked(state.there() == There.Absent ? Asked.None : Asked.Whole));
            case Step.HandOver _ -> Stream.of(state.handed(true, state.released()));
            case Step.Undefine _ -> Stream.of(state.domain(Here.Absent, Note.None, state.ended()));
            case Step.Release _ -> Stream.of(state.handed(state.handedOver(), true));
            case Step _ -> Stream.empty();
        };
    }

    private static boolean isReady(State state) {
        return state.has() != Has.Claims || state.there() == There.Held;
    }

    private static Note note(MachineDocument document) {
        if (document.move() == null) {
            return Note.None;
        }
        return document.move().ended() == null ? Note.Noted : Note.Ended;
    }

    private static Situation situation(State state) {
        var spec = guest(state).spec();
        var document = guest(state).document().withMove(move(state.note()));
        if (state.ended()) {
            document = document.withRun(
                    document.run().ended(new LastStop("GuestPowerOff", Samples.NOW.toString(), ""), 0));
        }
        var s = Samples.situation(spec, observation(state, document), Samples.NOW);
        return new Situation(
                s.machine(),
                s.spec(),
                s.generation(),
                false,
                assignment(state),
                s.observation(),
                s.host(),
                s.opened(),
                s.files(),
                supplies(state),
                s.reserved(),
                s.cpus(),
                s.before(),
                s.handedOver(),
                s.undefined(),
                Optional.empty(),
                s.progress(),
                s.now(),
                s.networks(),
                Outgoing.of(migration(state.heard(), state), Optional.empty()).map(out -> switch (state.asked()) {
                    case Unknown -> out;
                    case Whole -> out.arrived(true);
                    case None -> out.arrived(false);
                }));
    }

    private static Assignment assignment(State state) {
        if (state.released()) {
            return new Assignment.Released();
        }
        return state.reserved() ? new Assignment.Leaving(TARGET, state.handedOver()) : new Assignment.Here(1);
    }

    private static @Nullable Move move(Note note) {
        return switch (note) {
            case None -> null;
            case Noted -> new Move(UID, TARGET, null);
            case Ended -> new Move(UID, TARGET, "it is over");
        };
    }

    private static Observation observation(State state, MachineDocument document) {
        var seen = switch (state.here()) {
            case Running -> present(Observation.Power.State.Running, "BOOTED", document, state.job());
            case Migrated -> present(Observation.Power.State.Shutoff, "MIGRATED", document, false);
            case PoweredOff -> present(Observation.Power.State.Shutoff, "SHUTDOWN", document, false);
            case Unexplained -> present(Observation.Power.State.Shutoff, "UNKNOWN", document, false);
            case Dead -> throw new IllegalStateException("nobody looks there");
            case Absent -> Optional.<Observation>empty();
        };
        return seen.orElseGet(Observation.Absent::new);
    }

    private static Optional<Observation> present(
            Observation.Power.State state, String reason, MachineDocument document, boolean migrating) {
        var s = Samples.present(
                state,
                reason,
                document,
                new Definition(
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Map.of(),
                        Optional.empty(),
                        Optional.empty(),
                        false));
        return Optional.of(new Observation.Present(
                s.power(),
                s.id(),
                s.name(),
                s.persistent(),
                s.savedMemory(),
                s.mark(),
                s.cameUp(),
                s.rebootedAt(),
                s.watchdogFiredAt(),
                s.document(),
                s.machineType(),
                s.addresses(),
                s.firmware(),
                s.liveClock(),
                s.rtcChange(),
                s.hookClock(),
                s.watched(),
                s.interfaceAddresses(),
                s.guest(),
                s.hostStep(),
                s.report(),
                migrating,
                s.guarded()));
    }
}
