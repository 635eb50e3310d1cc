package dev.meridian.domain.guest;

import dev.meridian.domain.machine.ProbeShape;

/**
 * How a probe has fared.
 *
 * @param successes in a row
 * @param failures in a row
 */
public record ProbeTrack(int successes, int failures, Probed verdict) {
    /** Since the agent began. */
    public static final ProbeTrack UNKNOWN = new ProbeTrack(0, 0, new Probed.Unknown());

    /** Since the guest booted. */
    public static final ProbeTrack BOOTED = new ProbeTrack(0, 0, new Probed.NotYet());

    private static final int MOST_CHARACTERS = 256;

    /** After one more outcome; the verdict changes by as many in a row as the probe says. */
    public ProbeTrack next(ProbeShape probe, ProbeOutcome outcome) {
        return switch (outcome) {
            case ProbeOutcome.NotAsked _ -> this;
            case ProbeOutcome.Succeeded() -> {
                var inARow = successes + 1;
                yield new ProbeTrack(inARow, 0, inARow < probe.successes() ? verdict : new Probed.Passes());
            }
            case ProbeOutcome.Failed(var message) -> {
                var inARow = failures + 1;
                yield new ProbeTrack(0, inARow, inARow < probe.failures() ? verdict : failing(message));
            }
        };
    }

    /** In the words of the failure that made it so: the next ones say nothing new. */
    private Probed failing(String message) {
        return verdict instanceof Probed.Fails
                ? verdict
                : new Probed.Fails(GuestText.of(message, MOST_CHARACTERS).orElse("it failed"));
    }
}
