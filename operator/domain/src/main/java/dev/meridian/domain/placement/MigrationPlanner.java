package dev.meridian.domain.placement;

import dev.meridian.api.v1alpha1.Condition;
import dev.meridian.api.v1alpha1.MigrationPhase;
import dev.meridian.api.v1alpha1.MigrationSource.MigrationSourceState;
import dev.meridian.api.v1alpha1.PowerState;
import dev.meridian.api.v1alpha1.VirtualMachineMigration;
import dev.meridian.domain.plan.Outgoing;
import dev.meridian.domain.status.Conditions;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * The next step of a machine's migrations, which go one after the other. Until a migration is Running the controller alone
 * ends it; from then on the node that the machine leaves alone says whether it has stayed or gone, and nothing else counts:
 * no lost pod, no silence, no time.
 */
final class MigrationPlanner {
    /** The end of another machine's wakes this one; should that be missed. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(5);

    private static final String CALLED_OFF = "the machine may stay on its node";

    private MigrationPlanner() {}

    /** Empty when nothing is to be done about migrations now. */
    static Optional<PlacementStep> next(PlacementView view) {
        return view.migrations().stream()
                .filter(migration -> Migrations.isOver(migration) && Migrations.hasFinalizer(migration))
                .findFirst()
                .<PlacementStep>map(PlacementStep.RemoveMigrationFinalizer::new)
                .or(() -> view.migration().flatMap(migration -> next(view, migration)))
                .or(() -> waiting(view));
    }

    private static Optional<PlacementStep> next(PlacementView view, VirtualMachineMigration migration) {
        return switch (Migrations.phase(migration)) {
            case Pending -> pending(view, migration);
            case Scheduling -> scheduling(view, migration);
            case Preparing -> preparing(view, migration);
            case Running -> running(view, migration);
            case Succeeded, Failed, Cancelled -> Optional.empty();
        };
    }

    private static Optional<PlacementStep> waiting(PlacementView view) {
        return view.migrations().stream()
                .filter(migration -> !Migrations.isOver(migration))
                .filter(migration -> !view.migration().equals(Optional.of(migration)))
                .flatMap(migration -> (Migrations.isGivenUp(migration)
                                ? over(view, migration, MigrationPhase.Cancelled, "it was given up before it began")
                                : told(
                                        view,
                                        MigrationChange.of(migration)
                                                .pending(
                                                        "AnotherFirst",
                                                        "migration \"%s\" of the machine is first"
                                                                .formatted(view.migration()
                                                                        .map(first -> first.getMetadata()
                                                                                .getName())
                                                                        .orElse("")))))
                        .stream())
                .findFirst();
    }

    private static Optional<PlacementStep> pending(PlacementView view, VirtualMachineMigration migration) {
        if (Migrations.isGivenUp(migration)) {
            return over(view, migration, MigrationPhase.Cancelled, "it was given up before it began");
        }
        if (Evacuations.isCalledOff(view, migration)) {
            return over(view, migration, MigrationPhase.Cancelled, CALLED_OFF);
        }
        var refusal = refusal(view, migration);
        if (refusal.isPresent()) {
            return over(view, migration, MigrationPhase.Failed, refusal.get());
        }
        var waits = view.traffic().untilItBegins();
        if (waits.isPresent()) {
            return held(view, MigrationChange.of(migration).pending("TooManyAtOnce", waits.get()));
        }
        if (!Migrations.hasFinalizer(migration)) {
            return Optional.of(new PlacementStep.AddMigrationFinalizer(migration));
        }
        return told(view, MigrationChange.of(migration).begun(view));
    }

    /** Why it cannot be done. */
    private static Optional<String> refusal(PlacementView view, VirtualMachineMigration migration) {
        var name = migration.getSpec().virtualMachineName();
        if (view.isDeleted()) {
            return Optional.of("spec.virtualMachineName: machine \"%s\" is being deleted".formatted(name));
        }
        if (!runs(view)) {
            return Optional.of("spec.virtualMachineName: the guest of machine \"%s\" does not run".formatted(name));
        }
        if (view.recordedNode().equals(Optional.ofNullable(migration.getSpec().targetNodeName()))) {
            return Optional.of("spec.targetNodeName: the machine is on node \"%s\" already"
                    .formatted(migration.getSpec().targetNodeName()));
        }
        var named = named(view, migration);
        if (named.isPresent()) {
            return named;
        }
        return Evacuations.isAble(view)
                ? Optional.empty()
                : Optional.of(Conditions.find(view.conditions(), Evacuations.LIVE_MIGRATABLE)
                        .map(c -> "the machine cannot go to another node as it runs: " + c.message())
                        .orElse("the agent of the machine's node does not say that it can go to another"));
    }

    /** The node that the machine's spec names is the only one to which it may go. */
    private static Optional<String> named(PlacementView view, VirtualMachineMigration migration) {
        var target = migration.getSpec().targetNodeName();
        return view.namedNode().flatMap(node -> {
            if (view.recordedNode().equals(Optional.of(node))) {
                return Optional.of(
                        "spec.nodeName of the machine: node \"%s\", where it runs, is the only one to which it may go; leave it out, or name another"
                                .formatted(node));
            }
            return target == null || target.equals(node)
                    ? Optional.empty()
                    : Optional.of("spec.targetNodeName: \"%s\", and the machine's spec.nodeName names \"%s\" alone"
                            .formatted(target, node));
        });
    }

    private static boolean runs(PlacementView view) {
        var power = view.status().power();
        return view.isOccupied()
                && power != null
                && (power.state() == PowerState.Running || power.state() == PowerState.Paused);
    }

    /** Why it cannot go on, of one that has begun. */
    private static Optional<String> hindrance(PlacementView view, VirtualMachineMigration migration) {
        if (!view.recordedNode()
                .equals(Optional.ofNullable(Migrations.status(migration).sourceNodeName()))) {
            return Optional.of("the machine is not on node \"%s\" any more"
                    .formatted(Migrations.status(migration).sourceNodeName()));
        }
        if (view.isDeleted()) {
            return Optional.of("the machine is being deleted");
        }
        if (!runs(view)) {
            return Optional.of("the guest does not run any more");
        }
        return view.now().isBefore(until(migration))
                ? Optional.empty()
                : Optional.of("spec.timeoutSeconds: %d are over".formatted(Outgoing.timeout(migration.getSpec())));
    }

    private static Optional<PlacementStep> ended(PlacementView view, VirtualMachineMigration migration) {
        return Migrations.isGivenUp(migration)
                ? over(view, migration, MigrationPhase.Cancelled, "it was given up")
                : hindrance(view, migration).flatMap(why -> over(view, migration, MigrationPhase.Failed, why));
    }

    private static Optional<PlacementStep> scheduling(PlacementView view, VirtualMachineMigration migration) {
        var ended = ended(view, migration);
        if (ended.isPresent()) {
            return ended;
        }
        var pods = view.podsOf(migration);
        var bound = pods.stream().filter(pod -> pod.boundTo().isPresent()).findFirst();
        if (bound.isPresent()) {
            return told(view, MigrationChange.of(migration).preparing(view, bound.get()));
        }
        if (Evacuations.isCalledOff(view, migration)) {
            return over(view, migration, MigrationPhase.Cancelled, CALLED_OFF);
        }
        var named = named(view, migration);
        if (named.isPresent()) {
            return over(view, migration, MigrationPhase.Failed, named.get());
        }
        var sought = Evacuations.roomSoughtUntil(view, migration);
        if (sought.filter(until -> !view.now().isBefore(until)).isPresent()) {
            return over(view, migration, MigrationPhase.Failed, "no other node had room: " + lastWord(migration));
        }
        var until = sought.map(at -> min(at, until(migration))).orElse(until(migration));
        var waiting = pods.stream().filter(ReservedPod::isWaiting).findFirst();
        if (waiting.isPresent()) {
            return view.asksFor(waiting.get(), elsewhere(view, migration))
                    ? seeking(view, migration, waiting.get(), until)
                    : Optional.of(new PlacementStep.DeletePod(waiting.get()));
        }
        var rejected = pods.stream()
                .filter(pod -> pod.state() instanceof ReservedPod.State.Rejected)
                .findFirst();
        if (rejected.isPresent() && rejected.get().state() instanceof ReservedPod.State.Rejected(var why)) {
            return Optional.of(new PlacementStep.DiscardPod(rejected.get(), why));
        }
        var setback = view.activeSetback(elsewhere(view, migration));
        if (setback.isPresent()) {
            return told(
                            view,
                            MigrationChange.of(migration).refused(setback.get().last()))
                    .or(() ->
                            Optional.of(new PlacementStep.Wait(min(setback.get().until(), until))));
        }
        return Optional.of(new PlacementStep.CreatePod(ReservationPod.of(
                view.vm(), migration, view.attempt() + 1, elsewhere(view, migration), view.options())));
    }

    private static Optional<PlacementStep> seeking(
            PlacementView view, VirtualMachineMigration migration, ReservedPod pod, Instant until) {
        var usual = pod.createdAt().plus(Search.USUAL);
        var isRefused = pod.state() instanceof ReservedPod.State.Waiting(var refusal) && refusal.isPresent();
        return !isRefused && view.now().isBefore(usual)
                ? Optional.of(new PlacementStep.Wait(min(usual, until)))
                : told(
                                view,
                                MigrationChange.of(migration)
                                        .seeking(pod, view.options().nodes()))
                        .or(() -> Optional.of(new PlacementStep.Wait(until)));
    }

    private static Placement elsewhere(PlacementView view, VirtualMachineMigration migration) {
        return new Placement.Elsewhere(
                view.recordedNode().orElseThrow(),
                Optional.ofNullable(migration.getSpec().targetNodeName()).or(view::namedNode));
    }

    private static Optional<PlacementStep> preparing(PlacementView view, VirtualMachineMigration migration) {
        var ended = ended(view, migration);
        if (ended.isPresent()) {
            return ended;
        }
        var status = Migrations.status(migration);
        var isHeld = view.podsOf(migration).stream()
                .anyMatch(pod -> pod.boundTo().equals(Optional.ofNullable(status.targetNodeName())));
        if (!isHeld) {
            return over(
                    view,
                    migration,
                    MigrationPhase.Failed,
                    "the pod that held room on node \"%s\" is gone".formatted(status.targetNodeName()));
        }
        var target = status.target();
        if (target == null) {
            return await(migration);
        }
        return switch (target.state()) {
            case Ready ->
                view.traffic()
                        .untilItRuns()
                        .map(why -> held(view, MigrationChange.of(migration).waiting("TooManyAtOnce", why)))
                        .orElseGet(
                                () -> told(view, MigrationChange.of(migration).running()));
            case Preparing ->
                told(view, MigrationChange.of(migration).preparing(target)).or(() -> await(migration));
            case Refused ->
                over(
                        view,
                        migration,
                        MigrationPhase.Failed,
                        "node \"%s\" cannot take the machine: %s".formatted(status.targetNodeName(), target.message()));
        };
    }

    /** Its end is the source's to say. */
    private static Optional<PlacementStep> running(PlacementView view, VirtualMachineMigration migration) {
        var status = Migrations.status(migration);
        if (view.recordedNode().equals(Optional.ofNullable(status.targetNodeName()))) {
            return over(
                    view,
                    migration,
                    MigrationPhase.Succeeded,
                    "the machine is on node \"%s\"".formatted(status.targetNodeName()));
        }
        var source = status.source();
        if (source == null || source.state() != MigrationSourceState.Stayed) {
            return Optional.empty();
        }
        var why = Objects.requireNonNullElse(source.message(), "the guest has stayed");
        return over(
                view,
                migration,
                Migrations.isGivenUp(migration) ? MigrationPhase.Cancelled : MigrationPhase.Failed,
                why);
    }

    /** The pod to which the guest has gone, by the word of the node that it left. */
    static boolean isAway(VirtualMachineMigration migration) {
        var source = Migrations.status(migration).source();
        return Migrations.phase(migration) == MigrationPhase.Running
                && source != null
                && source.state() == MigrationSourceState.Away;
    }

    private static Optional<PlacementStep> over(
            PlacementView view, VirtualMachineMigration migration, MigrationPhase phase, String message) {
        return told(view, MigrationChange.of(migration).over(phase, message, view.now()));
    }

    private static Optional<PlacementStep> told(PlacementView view, MigrationChange change) {
        return change.write(view.now());
    }

    private static Optional<PlacementStep> held(PlacementView view, MigrationChange change) {
        return told(view, change)
                .or(() -> Optional.of(new PlacementStep.Wait(view.now().plus(LOOK_AGAIN))));
    }

    private static String lastWord(VirtualMachineMigration migration) {
        return Conditions.find(Migrations.status(migration).conditions(), PlacementStatuses.READY)
                .map(Condition::message)
                .orElse("");
    }

    private static Optional<PlacementStep> await(VirtualMachineMigration migration) {
        return Optional.of(new PlacementStep.Wait(until(migration)));
    }

    private static Instant until(VirtualMachineMigration migration) {
        return Instant.parse(Objects.requireNonNull(Migrations.status(migration).startedAt()))
                .plusSeconds(Outgoing.timeout(migration.getSpec()));
    }

    private static Instant min(Instant a, Instant b) {
        return a.isBefore(b) ? a : b;
    }
}
