package dev.meridian.agent.images;

import dev.meridian.domain.image.Checksum;

/** How bringing a body ended well. */
public sealed interface Delivery {
    /** @param neededPolicy whether a server was reached that only a policy opens */
    record Whole(Checksum digest, Partial.Validators validators, boolean wasResumed, boolean neededPolicy)
            implements Delivery {}

    /** What was known is still so. */
    record NotModified() implements Delivery {}
}
