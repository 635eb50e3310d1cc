package dev.meridian.controller;

import dev.meridian.api.v1alpha1.FencingSpec;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * A node to be powered off.
 *
 * @param hostUUID by its libvirt, as far as its agent has told
 * @param isStillGone asked right before the deed: by the API server's own word nothing is heard of the node, and no other
 *     process decides
 * @param ended when this process has no more to do with it
 */
record FenceOrder(
        String node, FencingSpec spec, Optional<String> hostUUID, BooleanSupplier isStillGone, CountDownLatch ended) {
    /** Lets a moment go by before it is looked again. */
    void pause() throws InterruptedException {
        if (ended.await(1, TimeUnit.SECONDS)) {
            throw new InterruptedException("the controller ends");
        }
    }
}
