package dev.meridian.domain.placement;

import static java.util.function.Predicate.not;

import dev.meridian.api.v1alpha1.Condition;
import dev.meridian.api.v1alpha1.ConditionStatus;
import dev.meridian.api.v1alpha1.EvictionStrategy;
import dev.meridian.api.v1alpha1.Meridian;
import dev.meridian.api.v1alpha1.MigrationPhase;
import dev.meridian.api.v1alpha1.Reservation;
import dev.meridian.api.v1alpha1.VirtualMachineMigration;
import dev.meridian.api.v1alpha1.VirtualMachineMigrationSpec;
import dev.meridian.domain.life.MigrationRoom;
import dev.meridian.domain.status.Conditions;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A machine that runs leaves its node because its reservation there was evicted or the node is tainted: by migrations that
 * are made for it, or by a stop, as spec.evictionStrategy says. The room that it has is held until the guest is gone.
 */
final class Evacuations {
    static final String LIVE_MIGRATABLE = "LiveMigratable";

    /** So many migrations may fail before a machine that would rather migrate is stopped. */
    private static final int ATTEMPTS = 2;

    /** For so long another node is sought for it; none after that is the end of it. */
    private static final Duration ROOM_SOUGHT = Duration.ofSeconds(30);

    private static final Duration FIRST_BACK_OFF = Duration.ofSeconds(15);
    private static final Duration LONGEST_BACK_OFF = Duration.ofMinutes(5);

    private Evacuations() {}

    /** Empty while the machine may stay. */
    static Optional<Evacuation> of(PlacementView view) {
        return view.departure()
                .map(why -> decided(view, why))
                .or(() -> view.hasBudget() && view.marks().isCordoned() && view.isOccupied()
                        ? Optional.of(refusing(view))
                        : Optional.empty());
    }

    /** Empty when nothing is to be done about it now. */
    static Optional<PlacementStep> next(PlacementView view) {
        var worn = worn(view);
        if (worn.isPresent()) {
            return worn.map(PlacementStep.DeleteMigration::new);
        }
        return of(view).flatMap(evacuation -> switch (evacuation) {
            case Evacuation.Migrating(var _, var name) ->
                view.migration().isPresent()
                        ? Optional.empty()
                        : Optional.of(new PlacementStep.CreateMigration(migration(view, name)));
            case Evacuation.Later(var _, var until, var _) -> Optional.of(new PlacementStep.Wait(until));
            case Evacuation.Stopping _, Evacuation.Held _ -> Optional.empty();
        });
    }

    static EvictionStrategy strategy(PlacementView view) {
        return Objects.requireNonNullElse(
                view.vm().getSpec().evictionStrategy(), EvictionStrategy.LiveMigrateIfPossible);
    }

    /** Whether a migration was made here, and the node may be left in peace by now. */
    static boolean isCalledOff(PlacementView view, VirtualMachineMigration migration) {
        return isOne(migration) && view.departure().isEmpty();
    }

    /** When a migration that has found no room is given up for a stop. */
    static Optional<Instant> roomSoughtUntil(PlacementView view, VirtualMachineMigration migration) {
        return isOne(migration) && strategy(view) == EvictionStrategy.LiveMigrateIfPossible
                ? Optional.ofNullable(Migrations.status(migration).startedAt())
                        .map(began -> Instant.parse(began).plus(ROOM_SOUGHT))
                : Optional.empty();
    }

    /** As far as its node knows; whether there is room elsewhere shows when it is sought. */
    static boolean isAble(PlacementView view) {
        return Conditions.find(view.conditions(), LIVE_MIGRATABLE)
                .filter(c -> c.status() == ConditionStatus.True
                        || (c.status() == ConditionStatus.False && c.reason().equals(MigrationRoom.QUOTA_EXCEEDED)))
                .isPresent();
    }

    private static Evacuation decided(PlacementView view, String why) {
        return switch (strategy(view)) {
            case Shutdown, None -> new Evacuation.Stopping(why, "");
            case LiveMigrate, LiveMigrateIfPossible -> migrating(view, why);
        };
    }

    private static Evacuation migrating(PlacementView view, String why) {
        var underWay = view.migration();
        if (underWay.isPresent()) {
            return new Evacuation.Migrating(why, underWay.get().getMetadata().getName());
        }
        if (view.agentLost()) {
            return new Evacuation.Held(why, PlacementStatuses.AGENT_LOST, "the agent of the node is not heard of");
        }
        var migratable = Conditions.find(view.conditions(), LIVE_MIGRATABLE);
        if (migratable.filter(c -> c.status() != ConditionStatus.Unknown).isEmpty()) {
            return new Evacuation.Held(
                    why, "NotObserved", "whether the machine can migrate the agent of the node has not said so far");
        }
        if (!isAble(view)) {
            return unable(view, why, migratable.get());
        }
        var failed = failed(view);
        var failure = failed.stream()
                .max(Comparator.comparing(Evacuations::completed))
                .map(Evacuations::message);
        var isEnough = failed.size() >= ATTEMPTS || failed.stream().anyMatch(Evacuations::foundNoRoom);
        if (isEnough && strategy(view) == EvictionStrategy.LiveMigrateIfPossible) {
            return new Evacuation.Stopping(why, "its migration failed (%s): ".formatted(failure.orElseThrow()));
        }
        var until = failed.stream()
                .map(Evacuations::completed)
                .max(Comparator.naturalOrder())
                .map(last -> last.plus(backOff(failed.size())));
        return until.filter(view.now()::isBefore).isPresent()
                ? new Evacuation.Later(why, until.get(), failure.orElseThrow())
                : new Evacuation.Migrating(why, name(view));
    }

    /** An eviction that is refused leaves no trace; a drain has cordoned the node first. */
    private static Evacuation refusing(PlacementView view) {
        var why = Conditions.find(view.conditions(), LIVE_MIGRATABLE)
                .map(Condition::message)
                .orElse("");
        return held("node \"%s\" is cordoned".formatted(view.nodeName().orElseThrow()), why);
    }

    private static Evacuation held(String why, String obstacle) {
        return new Evacuation.Held(
                why,
                "NotMigratable",
                "by spec.evictionStrategy: LiveMigrate the guest runs on here, for it cannot migrate (%s); stop it, or set another strategy"
                        .formatted(obstacle));
    }

    private static Evacuation unable(PlacementView view, String why, Condition migratable) {
        return strategy(view) == EvictionStrategy.LiveMigrateIfPossible
                ? new Evacuation.Stopping(why, "it cannot migrate (%s): ".formatted(migratable.message()))
                : held(why, migratable.message());
    }

    private static Duration backOff(int failures) {
        var wait = FIRST_BACK_OFF.multipliedBy(1L << Math.min(failures - 1, 5));
        return wait.compareTo(LONGEST_BACK_OFF) > 0 ? LONGEST_BACK_OFF : wait;
    }

    /** Migrations that have tried in vain to take the machine from the room that it has. */
    private static List<VirtualMachineMigration> failed(PlacementView view) {
        return view.migrations().stream()
                .filter(migration -> isOf(migration, room(view)))
                .filter(migration -> Migrations.phase(migration) == MigrationPhase.Failed)
                .toList();
    }

    private static boolean foundNoRoom(VirtualMachineMigration migration) {
        var status = Migrations.status(migration);
        return status.startedAt() != null && status.targetNodeName() == null;
    }

    private static Instant completed(VirtualMachineMigration migration) {
        return Instant.parse(Objects.requireNonNullElse(
                Migrations.status(migration).completedAt(),
                migration.getMetadata().getCreationTimestamp()));
    }

    private static String message(VirtualMachineMigration migration) {
        return Conditions.find(Migrations.status(migration).conditions(), PlacementStatuses.READY)
                .map(Condition::message)
                .orElse("");
    }

    /** The oldest of those that are over and of no more use: the last one tells what became of the last evacuation. */
    private static Optional<VirtualMachineMigration> worn(PlacementView view) {
        var over = view.migrations().stream()
                .filter(Evacuations::isOne)
                .filter(migration -> Migrations.isOver(migration) && !Migrations.hasFinalizer(migration))
                .filter(not(VirtualMachineMigration::isMarkedForDeletion))
                .sorted(Comparator.comparing(Evacuations::completed)
                        .thenComparing(m -> m.getMetadata().getName()))
                .toList();
        return over.stream()
                .limit(Math.max(0, over.size() - 1))
                .filter(migration -> !isOf(migration, room(view)))
                .findFirst();
    }

    private static boolean isOne(VirtualMachineMigration migration) {
        return migration.getMetadata().getLabels().containsKey(Meridian.EVACUATION_LABEL)
                && migration.getMetadata().getOwnerReferences().stream()
                        .anyMatch(owner -> Boolean.TRUE.equals(owner.getController()));
    }

    private static boolean isOf(VirtualMachineMigration migration, String room) {
        return isOne(migration)
                && room.equals(migration.getMetadata().getLabels().get(Meridian.EVACUATION_LABEL));
    }

    /** The reservation that the machine is to leave, whatever becomes of its pod. */
    private static String room(PlacementView view) {
        return view.reservation().map(Reservation::podUID).orElse("none");
    }

    /** The same for the same attempt, so that making it twice makes one. */
    private static String name(PlacementView view) {
        var tried = view.migrations().stream()
                .filter(migration -> isOf(migration, room(view)))
                .count();
        return Belongings.name(
                view.vm(),
                "-evacuation-%d-%d"
                        .formatted(view.reservation().map(Reservation::attempt).orElse(0L), tried + 1));
    }

    private static VirtualMachineMigration migration(PlacementView view, String name) {
        var migration = new VirtualMachineMigration();
        migration.setMetadata(new ObjectMetaBuilder()
                .withNamespace(view.vm().getMetadata().getNamespace())
                .withName(name)
                .addToLabels(Meridian.EVACUATION_LABEL, room(view))
                .addToLabels("app.kubernetes.io/managed-by", "meridian")
                .withOwnerReferences(Belongings.owner(view.vm()))
                .build());
        migration.setSpec(VirtualMachineMigrationSpec.of(view.vm().getMetadata().getName()));
        return migration;
    }
}
