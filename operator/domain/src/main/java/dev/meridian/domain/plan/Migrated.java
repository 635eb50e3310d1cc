package dev.meridian.domain.plan;

import dev.meridian.api.v1alpha1.RunStrategy;
import dev.meridian.domain.life.StopReason;
import dev.meridian.domain.metadata.MachineDocument;
import java.time.Duration;
import java.util.Optional;

/** A machine that somebody migrated to another host by libvirt: it may run there, so it is not started here. */
final class Migrated {
    /** Within which libvirt, asked to, takes the definition away after the guest: written meanwhile, it would be back. */
    private static final Duration TAKEN_AWAY = Duration.ofSeconds(2);

    private Migrated() {}

    static Optional<Step> whileGoing(Situation s, Observation.Present seen) {
        if (seen.power().isActive()
                || !seen.power().reason().equals(Moves.MIGRATED)
                || seen.document().isLeaving(s.host().nodeName())) {
            return Optional.empty();
        }
        return s.migratedAt()
                .map(at -> at.plus(TAKEN_AWAY))
                .filter(s.now()::isBefore)
                .map(until -> new Step.Wait(
                        until,
                        Moves.MIGRATING,
                        "somebody migrated the domain through libvirt, which may take its definition away yet"));
    }

    /** Of a machine without a domain here: its last one was taken along, and only the agent remembers. */
    static boolean isHeld(Situation s) {
        return s.migratedAt().isPresent() && s.machine().runStrategy() != RunStrategy.Halted;
    }

    static boolean isHeld(Situation s, Optional<MachineDocument> before) {
        return isHeld(s) || before.filter(Migrated::isAway).isPresent();
    }

    /** Whoever halts the machine says that it runs nowhere else. */
    static boolean isGivenUp(Situation s, MachineDocument document) {
        return s.machine().runStrategy() == RunStrategy.Halted && isAway(document);
    }

    private static boolean isAway(MachineDocument document) {
        return Optional.ofNullable(document.run().lastStop())
                .flatMap(StopReason::of)
                .filter(StopReason.Migrated::equals)
                .isPresent();
    }

    static Step refusal(Situation s) {
        return Step.Refuse.of(
                s.now(),
                "MigratedAway",
                ("somebody migrated the domain away from node %s through libvirt, and it may run elsewhere;"
                                + " when it does not, set spec.runStrategy: Halted, and back")
                        .formatted(s.host().nodeName()));
    }
}
