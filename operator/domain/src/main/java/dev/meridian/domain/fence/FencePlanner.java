package dev.meridian.domain.fence;

import dev.meridian.api.v1alpha1.Fencing;
import dev.meridian.api.v1alpha1.FencingSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides when a node that is not heard of is powered off, and what is told of it. Powering off twice harms nobody, so a
 * process does not go by what another one has proven: the agent may have been heard of when there was none to listen.
 */
public final class FencePlanner {
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final Duration LATER = Duration.ofSeconds(5);
    private static final int DEFAULT_SECONDS = 60;
    private static final int LONGEST_MESSAGE = 1024;

    private FencePlanner() {}

    /** What is to be done first; asked again until it is to rest or to wait. */
    public static FenceStep next(FenceView view) {
        if (view.isWordGiven()) {
            return new FenceStep.Rest();
        }
        if (view.isAgentAlive()) {
            return told(view, Optional.empty(), new FenceStep.Rest());
        }
        return switch (view.progress()) {
            case FenceProgress.Trying() -> told(view, state(view, Fencing.State.Fencing, null), wait(view, SOON));
            case FenceProgress.Proven proven
            when !view.wasHeardSinceProof() ->
                told(view, state(view, Fencing.State.Fenced, proven.message()), new FenceStep.Rest());
            case FenceProgress.Failed failed
            when isToWait(view, failed) ->
                told(view, state(view, Fencing.State.Failed, failed.message()), new FenceStep.Wait(failed.until()));
            case FenceProgress.Failed _ -> begin(view);
            case FenceProgress.Proven _ -> begin(view);
            case FenceProgress.None() -> begin(view);
        };
    }

    /** A corrected spec is tried at once. */
    private static boolean isToWait(FenceView view, FenceProgress.Failed failed) {
        return view.wanted().isPresent()
                && failed.generation() == view.generation()
                && view.now().isBefore(failed.until());
    }

    private static FenceStep begin(FenceView view) {
        if (view.wanted().isEmpty() || view.goneSince().isEmpty()) {
            return told(view, Optional.empty(), new FenceStep.Rest());
        }
        var due = due(view.goneSince().get(), view.wanted().get());
        if (view.now().isBefore(due)) {
            return told(view, Optional.empty(), new FenceStep.Wait(due));
        }
        if (!view.gains()) {
            return told(view, Optional.empty(), wait(view, LATER));
        }
        if (view.areMostSilent()) {
            var message =
                    ("%d of %d agents are not heard of at once: it may be the controller that is cut off. See which"
                                    + " nodes are off, and say so by spec.fenced of their Hypervisors")
                            .formatted(view.silent(), view.known());
            return told(view, state(view, Fencing.State.Held, message), wait(view, LATER));
        }
        return new FenceStep.Begin(state(view, Fencing.State.Fencing, null).orElseThrow());
    }

    private static Instant due(Instant gone, FencingSpec wanted) {
        return gone.plusSeconds(Objects.requireNonNullElse(wanted.afterSeconds(), DEFAULT_SECONDS));
    }

    private static FenceStep wait(FenceView view, Duration pause) {
        return new FenceStep.Wait(view.now().plus(pause));
    }

    private static FenceStep told(FenceView view, Optional<Fencing> fencing, FenceStep then) {
        return fencing.equals(view.told()) ? then : new FenceStep.Tell(fencing);
    }

    /** Since when it is so stays while it is so. */
    private static Optional<Fencing> state(FenceView view, Fencing.State state, @Nullable String message) {
        var driver = view.wanted()
                .map(wanted -> wanted.redfish() == null ? Fencing.Driver.Job : Fencing.Driver.Redfish)
                .or(() -> view.told().map(Fencing::driver))
                .orElse(Fencing.Driver.Redfish);
        var by = switch (driver) {
            case Redfish -> "spec.fencing.redfish of its Hypervisor";
            case Job -> "spec.fencing.job of its Hypervisor";
        };
        var words = message == null ? null : message.substring(0, Math.min(message.length(), LONGEST_MESSAGE));
        return view.told()
                .filter(told -> told.state() == state && told.by().equals(by) && Objects.equals(told.message(), words))
                .or(() -> Optional.of(new Fencing(
                        state, by, view.now().truncatedTo(ChronoUnit.SECONDS).toString(), driver, words)));
    }
}
