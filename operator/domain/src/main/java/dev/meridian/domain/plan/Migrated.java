package dev.meridian.domain.plan;

import dev.meridian.api.v1alpha1.RunStrategy;
import dev.meridian.domain.life.StopReason;
import dev.meridian.domain.metadata.MachineDocument;
import java.util.Optional;

/** A machine that somebody migrated to another host by libvirt: it may run there, so it is not started here. */
final class Migrated {
    private Migrated() {}

    /** Of a machine without a domain here: its last one was taken along, and only the agent remembers. */
    static boolean isHeld(Situation s) {
        return s.migratedAway() && s.machine().runStrategy() != RunStrategy.Halted;
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
