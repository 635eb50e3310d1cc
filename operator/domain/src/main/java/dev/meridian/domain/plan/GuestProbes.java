package dev.meridian.domain.plan;

import dev.meridian.domain.guest.ProbePlan;
import dev.meridian.domain.guest.Probed;
import dev.meridian.domain.machine.Machine;
import dev.meridian.domain.machine.ProbeShape;
import dev.meridian.domain.metadata.MachineDocument;
import dev.meridian.domain.xml.MacAddresses;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How a running guest is to be probed, and whether it is dead by that. */
public final class GuestProbes {
    private GuestProbes() {}

    public static ProbePlan plan(Observation.Present seen, Situation s) {
        var run = seen.document().run().startedAt();
        return new ProbePlan(
                seen.power().state() == Observation.Power.State.Running ? probes(s) : Map.of(),
                run,
                booted(run, seen).orElse(null),
                macAddresses(seen, s));
    }

    private static Map<ProbePlan.Kind, ProbeShape> probes(Situation s) {
        var probes = new EnumMap<ProbePlan.Kind, ProbeShape>(ProbePlan.Kind.class);
        s.machine().readinessProbe().ifPresent(probe -> probes.put(ProbePlan.Kind.Readiness, probe));
        s.machine().livenessProbe().ifPresent(probe -> probes.put(ProbePlan.Kind.Liveness, probe));
        return probes;
    }

    private static Optional<Instant> booted(@Nullable Instant run, Observation.Present seen) {
        return seen.rebootedAt().filter(at -> run == null || at.isAfter(run)).or(() -> Optional.ofNullable(run));
    }

    private static List<String> macAddresses(Observation.Present seen, Situation s) {
        return Machine.of(s.machine().identity(), seen.document().applied()).interfaces().stream()
                .map(nic -> MacAddresses.of(s.machine().identity(), nic))
                .toList();
    }

    /** The probe that failed is the wished one's, and the guest is that which it was asked of. */
    static boolean isDead(Situation s, MachineDocument document) {
        return s.observation() instanceof Observation.Present seen
                && seen.power().state() == Observation.Power.State.Running
                && s.machine().livenessProbe().isPresent()
                && seen.report().liveness() instanceof Probed.Fails
                && seen.report().run() != null
                && seen.report().run().equals(document.run().startedAt());
    }
}
