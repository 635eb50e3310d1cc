package dev.meridian.domain.plan;

import dev.meridian.api.v1alpha1.MigrationSource;
import dev.meridian.api.v1alpha1.MigrationSource.MigrationSourceState;
import dev.meridian.api.v1alpha1.RunStrategy;
import dev.meridian.domain.machine.Machine;
import dev.meridian.domain.metadata.MachineDocument;
import dev.meridian.domain.metadata.MachineDocuments;
import dev.meridian.domain.metadata.Move;
import dev.meridian.domain.xml.DiskXml;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A machine that goes to another node as it runs. The order of proof: the source notes the migration in its definition,
 * then asks libvirt. While the note stands, a guest that does not run here is not started here: it may run there. Whether
 * it stayed is said only of a guest that runs here, with libvirt busy with no migration. One attempt is made a migration.
 */
public final class Moves {
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);
    static final String MIGRATING = "Migrating";

    /** Why libvirt says that a domain is off which it has sent to another host. */
    static final String MIGRATED = "MIGRATED";

    private Moves() {}

    /** What a migration asks for of a guest that runs here. */
    static Optional<Step> whileRunning(Situation s, Observation.Present seen) {
        var document = seen.document();
        var move = document.move();
        if (move != null && document.isLeaving(s.host().nodeName())) {
            if (seen.migrating()) {
                return Optional.of(new Step.Wait(
                        s.now().plus(LOOK_AGAIN),
                        MIGRATING,
                        "libvirt has the guest's memory go to node " + move.target()));
            }
            return Optional.of(Planner.remembering(s, document.withMove(move.ended(whyStayed(s)))));
        }
        return s.outgoing()
                .filter(out -> out.mayBegin() && !out.hasStayed() && !isOf(out, document))
                .map(out -> refusal(s, seen, out)
                        .map(why ->
                                Planner.remembering(s, document.withMove(new Move(out.migration(), out.target(), why))))
                        .orElseGet(() -> begin(s, document, out)));
    }

    /**
     * What a start notes of a migration: one that was tried is not tried again, and neither is one to which it was said
     * that the guest does not run, of which this agent may not have heard yet.
     */
    static @Nullable Move atStart(Situation s, Optional<MachineDocument> before) {
        return before.map(MachineDocument::move)
                .filter(move -> move.ended() != null)
                .filter(move -> s.outgoing()
                        .map(out -> out.migration().equals(move.migration()))
                        .orElse(true))
                .or(() -> s.outgoing()
                        .filter(Outgoing::running)
                        .map(out -> new Move(out.migration(), out.target(), "the guest did not run")))
                .orElse(null);
    }

    /** What holds a machine that is off here from being started; a person who halts it says that it runs nowhere else. */
    static Optional<Step> whileOff(Situation s, Observation.Present seen) {
        var document = seen.document();
        var move = document.move();
        if (move == null || !document.isLeaving(s.host().nodeName())) {
            return Optional.empty();
        }
        var unsettled = unsettled(s, seen);
        if (unsettled.isPresent()) {
            return unsettled;
        }
        if (s.outgoing().filter(out -> isOf(out, document)).isPresent()) {
            return Optional.of(new Step.Hold(
                    MIGRATING, "the guest has gone to node %s; it is handed over".formatted(move.target())));
        }
        if (s.machine().runStrategy() == RunStrategy.Halted) {
            return Optional.of(Planner.remembering(
                    s,
                    document.withMove(move.ended("its migration is gone, and the machine was halted"))
                            .withRun(document.run().ended(Ends.halted(s), 0))));
        }
        return Optional.of(Step.Refuse.of(
                s.now(),
                "MigratedAway",
                "the guest may run on node %s, and the migration that took it there is gone; when it does not, set spec.runStrategy: Halted, and back"
                        .formatted(move.target())));
    }

    /** What is done first about a guest that is off, and that nobody has seen go with all that it has. */
    static Optional<Step> unsettled(Situation s, Observation.Present seen) {
        var document = seen.document();
        var move = document.move();
        return move == null || !document.isLeaving(s.host().nodeName())
                ? Optional.empty()
                : s.outgoing()
                        .filter(out -> isOf(out, document) && !isWhole(seen, out))
                        .map(out -> out.arrived().isPresent()
                                ? Planner.remembering(
                                        s, document.withMove(move.ended("the guest ended before all of it had gone")))
                                : new Step.AskTarget(out));
    }

    /** Whether its guest has gone from here with all that it has. */
    static boolean hasGoneWhole(Situation s, Observation.Present seen) {
        var document = seen.document();
        return document.isLeaving(s.host().nodeName())
                && (seen.power().reason().equals(MIGRATED)
                        || s.outgoing()
                                .filter(out -> isOf(out, document) && isWhole(seen, out))
                                .isPresent());
    }

    /** Its definition went with the note: somebody undefined it, or it has been released. */
    static Optional<Step> whileAbsent(Situation s) {
        return goneFromHere(s)
                .map(out -> new Step.Hold(
                        MIGRATING, "the guest has gone to node %s; it is handed over".formatted(out.target())));
    }

    /** By what was said of it before. */
    static Optional<Outgoing> goneFromHere(Situation s) {
        return s.outgoing().filter(Moves::hasGone);
    }

    /**
     * Whether the other node has all of a guest that does not run here any more. Of one without a state of its own nothing is
     * lost when it has not; the disks of another are here, until libvirt here has seen it go, or the other's has it.
     */
    private static boolean isWhole(Observation.Present seen, Outgoing out) {
        return seen.power().reason().equals(MIGRATED)
                || !hasState(seen.document())
                || out.arrived().orElse(false);
    }

    private static boolean hasState(MachineDocument document) {
        return !guest(document).localState().isEmpty();
    }

    private static Machine guest(MachineDocument document) {
        return Machine.of(document.object(), document.applied());
    }

    private static boolean hasGone(Outgoing out) {
        return out.running()
                && out.said()
                        .filter(state -> state != MigrationSourceState.Stayed)
                        .isPresent();
    }

    /** Whether a migration that is under way is to be given up. */
    public static boolean isToAbort(Situation s) {
        return underWay(s)
                .filter(document -> s.outgoing()
                                .map(out -> out.cancelled() || !s.now().isBefore(out.until()))
                                .orElse(true)
                        || Wishes.down(s, document).isPresent())
                .isPresent();
    }

    /** When it is given up at the latest. */
    public static Optional<Instant> until(Situation s) {
        return underWay(s).flatMap(_ -> s.outgoing()).map(Outgoing::until);
    }

    /** Whether the guest is on its way, or is gone: until it is handed over its status stands as it was. */
    public static boolean isUnderWay(Situation s) {
        return underWay(s).isPresent();
    }

    private static Optional<MachineDocument> underWay(Situation s) {
        var inFlight = s.progress()
                .inFlight()
                .map(Progress.InFlight::step)
                .flatMap(step -> step instanceof Step.Migrate(var _, var _, var document, var _, var _, var _, var _)
                        ? Optional.of(document)
                        : Optional.empty());
        return inFlight.or(() -> s.observation() instanceof Observation.Present seen
                        && seen.document().isLeaving(s.host().nodeName())
                ? Optional.of(seen.document())
                : Optional.empty());
    }

    /** What the source says of the migration; empty while it has not begun. */
    public static Optional<MigrationSource> told(Situation s) {
        return s.outgoing().flatMap(out -> told(s, out));
    }

    private static Optional<MigrationSource> told(Situation s, Outgoing out) {
        if (out.preparing()) {
            return offered(s);
        }
        var inFlight = underWay(s).filter(document -> isOf(out, document)).isPresent()
                && s.progress().inFlight().isPresent();
        if (inFlight) {
            return Optional.of(new MigrationSource(MigrationSourceState.Migrating, null, null));
        }
        return switch (s.observation()) {
            case Observation.Present seen when isOf(out, seen.document()) -> told(s, seen, out);
            case Observation.Present seen when seen.power().isActive() -> Optional.empty();
            case Observation.Present _, Observation.Absent _
            when out.mayBegin() && out.said().isEmpty() && s.assignment() instanceof Assignment.Here ->
                Optional.of(new MigrationSource(MigrationSourceState.Stayed, "the guest does not run", null));
            case Observation.Absent _
            when hasGone(out) -> Optional.of(new MigrationSource(MigrationSourceState.Away, null, null));
            case Observation.Present _,
                    Observation.Absent _,
                    Observation.Unreachable _,
                    Observation.NewerFormat _,
                    Observation.UnreadableHandover _,
                    Observation.Foreign _ -> Optional.empty();
        };
    }

    /** What the other node has to make ready. */
    private static Optional<MigrationSource> offered(Situation s) {
        return s.observation() instanceof Observation.Present seen
                        && seen.power().isActive()
                        && s.assignment() instanceof Assignment.Here
                ? Optional.of(new MigrationSource(
                        MigrationSourceState.Offered, null, MachineDocuments.write(seen.document())))
                : Optional.empty();
    }

    /** Whether the other node has made ready what the guest has now. */
    private static boolean isPrepared(MachineDocument document, Outgoing out) {
        return !ArrivingFiles.hasFiles(document)
                || out.offered()
                        .filter(offered ->
                                offered.run().starts() == document.run().starts()
                                        && offered.files().equals(document.files())
                                        && offered.disks().equals(document.disks()))
                        .isPresent();
    }

    /** Of one that is off and of which the other node is still to be asked, what was said stands. */
    private static Optional<MigrationSource> told(Situation s, Observation.Present seen, Outgoing out) {
        var document = seen.document();
        if (!document.isLeaving(s.host().nodeName())) {
            return Optional.of(new MigrationSource(
                    MigrationSourceState.Stayed,
                    Optional.ofNullable(document.move()).map(Move::ended).orElse(null),
                    null));
        }
        if (seen.power().isActive()) {
            return Optional.of(new MigrationSource(MigrationSourceState.Migrating, null, null));
        }
        return isWhole(seen, out)
                ? Optional.of(new MigrationSource(MigrationSourceState.Away, null, null))
                : Optional.empty();
    }

    /** The document of a machine that a migration has brought here, as this node has it from now on. */
    static MachineDocument arrived(MachineDocument document, Observation.Present seen, Situation s) {
        var clock = s.handedOver()
                .filter(handed -> handed.move() != null && handed.move().equals(document.move()))
                .map(MachineDocument::clock)
                .filter(handed -> handed.observedAt().isAfter(document.clock().observedAt()))
                .orElse(document.clock());
        var told = seen.liveClock()
                .map(live -> live.offsetSeconds())
                .filter(offset -> offset != clock.offsetSeconds())
                .orElse(null);
        return document.withClock(clock).arrived(s.host().nodeName(), s.host().bootId(), told);
    }

    private static Step begin(Situation s, MachineDocument document, Outgoing out) {
        var noted = document.withMove(new Move(out.migration(), out.target(), null));
        var devices = SharedDeviceDisks.devices(s, guest(document), out);
        return new Step.Migrate(
                s.definition(noted),
                s.definition(SharedDeviceDisks.there(noted.withCpus(List.of()), devices)),
                noted,
                out,
                copies(document),
                SharedDisks.files(s, guest(document), out.migration()),
                devices);
    }

    /** libvirt's targets of the disks that are copied. */
    private static List<String> copies(MachineDocument document) {
        var targets = DiskXml.targets(guest(document).disks());
        return ArrivingFiles.copied(document).stream()
                .map(disk -> Objects.requireNonNull(targets.get(disk.name())))
                .toList();
    }

    /** Why the migration is not begun. */
    private static Optional<String> refusal(Situation s, Observation.Present seen, Outgoing out) {
        if (out.cancelled()) {
            return Optional.of("it was cancelled before it began");
        }
        if (!s.now().isBefore(out.until())) {
            return Optional.of("spec.timeoutSeconds were over before it began");
        }
        var down = Wishes.down(s, seen.document());
        if (down.isPresent()) {
            return Optional.of("the machine is to stop: " + down.get().name());
        }
        if (out.libvirtUri().isEmpty() || out.migrationUri().isEmpty()) {
            return Optional.of(
                    "node %s does not say where its libvirt and QEMU are, as qemu+tls://HOST/system and tcp://HOST"
                            .formatted(out.target()));
        }
        var skew = out.clockSkew().filter(found -> !found.isLetPass());
        if (skew.isPresent()) {
            return Optional.of(skew.get().refusal(out.target()));
        }
        var obstacles = Migratability.obstacles(s, seen.document());
        if (!obstacles.isEmpty()) {
            return Optional.of(obstacles.stream().map(Problem::message).collect(Collectors.joining("; ")));
        }
        var unmounted = SharedDisks.unmounted(s, guest(seen.document()));
        if (unmounted.isPresent()) {
            return unmounted;
        }
        var unproven = SharedDeviceDisks.unproven(s, seen.document(), guest(seen.document()), out);
        if (unproven.isPresent()) {
            return unproven;
        }
        if (!isPrepared(seen.document(), out)) {
            return Optional.of("the machine has changed since node %s made ready for it; begin another migration"
                    .formatted(out.target()));
        }
        return switch (seen.power().state()) {
            case Running -> Optional.empty();
            case Paused ->
                seen.document().paused()
                        ? Optional.empty()
                        : Optional.of("the guest stands still: " + seen.power().reason());
            case Suspended, ShuttingDown, Shutoff, Crashed ->
                Optional.of("the guest does not run: " + seen.power().state());
        };
    }

    /** In libvirt's words, where the agent has not begun anew since. */
    private static String whyStayed(Situation s) {
        if (isToAbort(s)) {
            return s.outgoing()
                            .filter(out -> !out.cancelled() && !s.now().isBefore(out.until()))
                            .isPresent()
                    ? "spec.timeoutSeconds are over"
                    : "it was given up";
        }
        return s.progress()
                .failure()
                .filter(failure -> failure.step().equals("Migrate"))
                .map(Progress.Failure::message)
                .orElse("it was interrupted, and the guest runs on");
    }

    private static boolean isOf(Outgoing out, MachineDocument document) {
        return document.move() != null && document.move().migration().equals(out.migration());
    }
}
