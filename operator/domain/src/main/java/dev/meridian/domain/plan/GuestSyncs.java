package dev.meridian.domain.plan;

import dev.meridian.api.v1alpha1.Clock;
import dev.meridian.domain.clock.GuestSyncRule;
import dev.meridian.domain.machine.Machine;
import java.util.Optional;

/** How the clock of a running guest's operating system is to be kept. */
public final class GuestSyncs {
    private GuestSyncs() {}

    public static GuestSyncRule rule(Observation.Present seen, Situation s) {
        var running = Machine.of(s.machine().identity(), seen.document().applied());
        var reading = Remembering.clock(seen, s);
        // Nobody knows where a guest belongs whose real-time clock is uncertain.
        var wish = Optional.ofNullable(s.spec().clock())
                .map(Clock::guestSync)
                .filter(_ -> reading.certain())
                .orElse(null);
        return GuestSyncRule.of(wish, running.clock(), reading, s.now());
    }
}
