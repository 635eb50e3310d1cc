package dev.meridian.domain.plan;

import dev.meridian.domain.clock.ClockRules;
import dev.meridian.domain.machine.Machine;
import dev.meridian.domain.metadata.MachineDocument;
import dev.meridian.domain.metadata.Run;
import dev.meridian.domain.xml.KeptAddresses;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** The document with which a start begins. */
final class StartingDocument {
    private StartingDocument() {}

    /** @param before the document of the machine's last run, here or on another node */
    static MachineDocument of(Situation s, Optional<MachineDocument> before) {
        var hypervisor = s.host().resolve(s.machine().hypervisor()).orElseThrow();
        var last = before.map(document -> Machine.of(s.machine().identity(), document.applied()));
        var sameBoard = before.isPresent()
                && before.get().hypervisor() == hypervisor
                && last.isPresent()
                && last.get().machineType().equals(s.machine().machineType());
        return new MachineDocument(
                MachineDocument.FORMAT,
                s.machine().identity(),
                s.host().clusterId(),
                s.spec(),
                hypervisor,
                sameBoard ? before.get().machineType() : null,
                sameBoard ? KeptAddresses.of(before.get().addresses(), last.get(), s.machine()) : Map.of(),
                run(before, s.now()),
                ClockRules.atStart(
                        s.machine().clock(), last.map(Machine::clock), before.map(MachineDocument::clock), s.now()),
                null);
    }

    private static Run run(Optional<MachineDocument> before, Instant now) {
        return before.map(MachineDocument::run)
                .map(run -> new Run(
                        Run.Phase.Starting,
                        run.phase() == Run.Phase.Starting ? run.starts() : run.starts() + 1,
                        now,
                        run.failures(),
                        run.lastStop()))
                .orElse(new Run(Run.Phase.Starting, 1, now, 0, null));
    }
}
