package dev.meridian.domain.fence;

import java.time.Duration;

/**
 * Decides when the controller takes the Lease of a node's guard: as soon as the guests that it names are dead for sure,
 * and nothing is heard of the node's agent, which would start them anew.
 */
public final class GuardPlanner {
    /** Two machines' clocks go differently fast; it is far more than they do. */
    private static final int MARGIN_PART = 4;

    private static final Duration LEAST_MARGIN = Duration.ofSeconds(5);

    private GuardPlanner() {}

    /** What is to be done about the Lease. */
    public enum Step {
        Rest,

        /** To take it. */
        Take,

        /** To give it back: all of its machines are given up on the node. */
        Release
    }

    /**
     * What the decision is taken from.
     *
     * @param unchangedFor how long this process has seen the Lease as it is, by a clock that nobody sets
     * @param isAgentAlive something is heard of the node's agent
     * @param isAllGivenUp none of the machines that it names is the node's any more
     */
    public record View(GuardLease lease, Duration unchangedFor, boolean isAgentAlive, boolean isAllGivenUp) {}

    public static Step next(View view) {
        return switch (view.lease().holder()) {
            case GuardLease.Holder.Nobody() -> Step.Rest;
            case GuardLease.Holder.Controller() -> view.isAllGivenUp() ? Step.Release : Step.Rest;
            case GuardLease.Holder.Guard _ ->
                isOver(view) && !view.isAgentAlive() && !view.isAllGivenUp() ? Step.Take : Step.Rest;
        };
    }

    /** A renewal was seen here after it was sent, so that the guard counts from earlier. */
    private static boolean isOver(View view) {
        return view.unchangedFor().compareTo(proof(view.lease())) >= 0;
    }

    /** After so long without a change, what it names is dead. */
    public static Duration proof(GuardLease lease) {
        var part = lease.lasts().dividedBy(MARGIN_PART);
        return lease.lasts().plus(part.compareTo(LEAST_MARGIN) < 0 ? LEAST_MARGIN : part);
    }
}
