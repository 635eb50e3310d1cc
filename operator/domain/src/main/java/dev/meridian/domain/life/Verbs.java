package dev.meridian.domain.life;

import dev.meridian.api.v1alpha1.IgnoredVerb;
import dev.meridian.api.v1alpha1.PowerVerbs;
import dev.meridian.api.v1alpha1.RunStrategy;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** What the verbs of a machine ask for now. Times are compared with those acted on, never with the present. */
public final class Verbs {
    /** What is to be done. */
    public enum Act {
        None,
        Start,
        Stop,
        Hibernate,
        Restart,
        Reset
    }

    /**
     * An act, and what is recorded before it.
     *
     * @param handled verbs that are acted on with it, or have no effect
     * @param ignored the one of them that had no effect
     */
    public record Decision(Act act, PowerVerbs handled, Optional<IgnoredVerb> ignored) {}

    private Verbs() {}

    /** @param stopping the machine is being brought down: only a stop is heard, the others wait until it is off */
    public static Decision whileRunning(Life life, boolean stopping) {
        var down = later(Verb.stop, Verb.hibernate, life).filter(verb -> isHeard(verb, life));
        if (down.isPresent() && later(Verb.start, down.get(), life).equals(down)) {
            return acting(down.get() == Verb.stop ? Act.Stop : Act.Hibernate, down.get(), life);
        }
        if (stopping) {
            return new Decision(Act.None, life.done(), Optional.empty());
        }
        var unheard = firstUnheard(life);
        if (unheard.isPresent()) {
            return ignoringUnheard(unheard.get(), life);
        }
        if (isPending(Verb.restart, life)) {
            return acting(Act.Restart, Verb.restart, life);
        }
        if (isPending(Verb.reset, life)) {
            return acting(Act.Reset, Verb.reset, life);
        }
        return isPending(Verb.start, life)
                ? runningAlready(life)
                : new Decision(Act.None, life.done(), Optional.empty());
    }

    /** A stop that was asked for before the start is over with it. */
    private static Decision runningAlready(Life life) {
        var ignoring = ignoring(Verb.start, "the machine runs already", life);
        return new Decision(Act.None, acting(Act.None, Verb.start, life).handled(), ignoring.ignored());
    }

    public static Decision whileOff(Life life) {
        var unheard = firstUnheard(life);
        if (unheard.isPresent()) {
            return ignoringUnheard(unheard.get(), life);
        }
        for (var verb : List.of(Verb.restart, Verb.reset, Verb.hibernate)) {
            if (isPending(verb, life)) {
                return ignoring(verb, "the machine does not run", life);
            }
        }
        if (later(Verb.start, Verb.stop, life).filter(Verb.start::equals).isPresent()) {
            return acting(Act.Start, Verb.start, life);
        }
        if (!isPending(Verb.stop, life)) {
            return new Decision(Act.None, life.done(), Optional.empty());
        }
        return life.wantsUp() || isPending(Verb.start, life)
                ? acting(Act.Stop, Verb.stop, life)
                : ignoring(Verb.stop, "the machine does not run", life);
    }

    /** Whether a machine that is off is to be started. */
    public static boolean wantUp(Life life) {
        return switch (whileOff(life).act()) {
            case Start -> true;
            case Stop -> false;
            case None -> life.wantsUp();
            case Hibernate, Restart, Reset -> throw new IllegalStateException("no act of a machine that is off");
        };
    }

    private static boolean isHeard(Verb verb, Life life) {
        return isHeard(verb, life.strategy()) && (verb != Verb.hibernate || life.savable());
    }

    /** Whether a verb has any effect under a strategy. */
    public static boolean isHeard(Verb verb, RunStrategy strategy) {
        return switch (verb) {
            case restart, reset -> true;
            case start, hibernate ->
                switch (strategy) {
                    case RerunOnFailure, Manual -> true;
                    case Always, Once, Halted -> false;
                };
            case stop ->
                switch (strategy) {
                    case RerunOnFailure, Manual, Once -> true;
                    case Always, Halted -> false;
                };
        };
    }

    private static Decision ignoringUnheard(Verb verb, Life life) {
        return ignoring(
                verb,
                isHeard(verb, life.strategy())
                        ? "QEMU cannot save the memory of a guest that shares file systems or has devices of its node; stop it, or take spec.filesystems and spec.hostDevices away first"
                        : "it has no effect under spec.runStrategy: " + life.strategy(),
                life);
    }

    private static Optional<Verb> firstUnheard(Life life) {
        return Arrays.stream(Verb.values())
                .filter(verb -> isPending(verb, life) && !isHeard(verb, life))
                .findFirst();
    }

    private static boolean isPending(Verb verb, Life life) {
        return verb.pending(life.requested(), life.done()).isPresent();
    }

    /** The later of two that are asked for; the second when both are at once. */
    private static Optional<Verb> later(Verb one, Verb other, Life life) {
        var at = one.pending(life.requested(), life.done()).orElse(Instant.MIN);
        var otherAt = other.pending(life.requested(), life.done()).orElse(Instant.MIN);
        if (at.equals(Instant.MIN) && otherAt.equals(Instant.MIN)) {
            return Optional.empty();
        }
        return Optional.of(at.isAfter(otherAt) ? one : other);
    }

    private static Decision ignoring(Verb verb, String why, Life life) {
        var at = Objects.requireNonNull(verb.in(life.requested()));
        return new Decision(
                Act.None,
                verb.with(life.done(), at),
                Optional.of(new IgnoredVerb(verb.field(), at, "spec.power.%s: %s".formatted(verb.field(), why))));
    }

    /** What was asked for before the act is done with it. */
    private static Decision acting(Act act, Verb by, Life life) {
        var at = by.pending(life.requested(), life.done()).orElseThrow();
        var handled = life.done();
        for (var verb : Verb.values()) {
            var pending = verb.pending(life.requested(), life.done());
            if (pending.isPresent() && !pending.get().isAfter(at)) {
                handled = verb.with(handled, verb.in(life.requested()));
            }
        }
        return new Decision(act, handled, Optional.empty());
    }
}
