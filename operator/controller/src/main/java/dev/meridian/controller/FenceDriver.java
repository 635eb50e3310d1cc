package dev.meridian.controller;

import dev.meridian.domain.fence.FenceProgress;

/** Powers nodes off, and sees that they are off. */
sealed interface FenceDriver permits RedfishDriver, JobDriver {
    /**
     * Returns when the node was off, beyond doubt, or when it is heard of again.
     *
     * @return {@link FenceProgress.Proven}, or {@link FenceProgress#NONE} if nothing was to be done any more
     */
    FenceProgress powerOff(FenceOrder order) throws FenceFailed, InterruptedException;

    /** Ends what another process of the controller may have begun for a node that is heard of again. */
    void abandon(String node);
}
