package dev.meridian.cli;

import dev.meridian.api.v1alpha1.Condition;
import dev.meridian.api.v1alpha1.ConditionStatus;
import dev.meridian.api.v1alpha1.EvictionStrategy;
import dev.meridian.api.v1alpha1.Meridian;
import dev.meridian.domain.placement.NodeMarks;
import io.fabric8.kubernetes.api.model.Taint;
import java.util.List;
import java.util.Optional;

/** What becomes of a running machine when its node has the taint of maintenance: docs/evacuation.md. */
sealed interface Departure {
    record Migrates() implements Departure {}

    record Stopped(String why) implements Departure {}

    /** It starts nowhere else, by its spec. */
    record StoppedUntilThen(String why) implements Departure {}

    /** It cannot go, and may not be stopped: the node is not left until a person does something about it. */
    record Holds(String why) implements Departure {}

    record Stays(String why) implements Departure {}

    static Departure of(MachineView machine) {
        var taint = new Taint("NoSchedule", Meridian.MAINTENANCE_TAINT, null, null);
        var isAsked = new NodeMarks(List.of(taint), Optional.empty(), Optional.empty())
                .vacating(machine.tolerations())
                .isPresent();
        if (!isAsked) {
            return new Stays("it tolerates " + Meridian.MAINTENANCE_TAINT);
        }
        var migratable = machine.condition("LiveMigratable");
        var can = migratable
                .map(Condition::status)
                .filter(ConditionStatus.True::equals)
                .isPresent();
        var obstacle = migratable
                .map(condition -> condition.reason() + ": " + condition.message())
                .orElse("nobody can say whether it can migrate");
        return switch (machine.evictionStrategy()) {
            case LiveMigrate -> can ? new Migrates() : new Holds(obstacle);
            case LiveMigrateIfPossible -> can ? new Migrates() : stopped(machine, obstacle);
            case Shutdown -> stopped(machine, "spec.evictionStrategy: " + EvictionStrategy.Shutdown);
            case None -> new Stays("spec.evictionStrategy: " + EvictionStrategy.None);
        };
    }

    private static Departure stopped(MachineView machine, String why) {
        return machine.isPinned() ? new StoppedUntilThen(why) : new Stopped(why);
    }

    /** In a word or two. */
    default String words() {
        return switch (this) {
            case Migrates() -> "migrates";
            case Stopped(var _) -> "is stopped, starts elsewhere";
            case StoppedUntilThen(var _) -> "is stopped, waits for this node";
            case Holds(var _) -> "holds the evacuation";
            case Stays(var _) -> "stays";
        };
    }

    default String reason() {
        return switch (this) {
            case Migrates() -> "";
            case Stopped(var why) -> why;
            case StoppedUntilThen(var why) -> why;
            case Holds(var why) -> why;
            case Stays(var why) -> why;
        };
    }
}
