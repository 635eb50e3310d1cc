package dev.meridian.domain.fence;

import dev.meridian.api.v1alpha1.Fencing;
import java.time.Instant;
import java.util.Optional;

/** What is next to be done about a node that may have to be powered off. */
public sealed interface FenceStep {
    /** Nothing, until something is heard. */
    record Rest() implements FenceStep {}

    /** To look again, then at the latest. */
    record Wait(Instant until) implements FenceStep {}

    /** To write it to the Hypervisor's status, or to take away what stands there. */
    record Tell(Optional<Fencing> fencing) implements FenceStep {}

    /** To write that the node is being powered off, and then to do it. */
    record Begin(Fencing fencing) implements FenceStep {}
}
