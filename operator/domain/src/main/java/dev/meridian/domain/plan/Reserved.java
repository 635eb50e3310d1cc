package dev.meridian.domain.plan;

/** The reservation pod of a machine, as far as its node sees it. */
public sealed interface Reserved {
    /** It is bound here, neither terminating nor terminal, and asks for {@code memoryBytes}. */
    record Bound(String podName, long memoryBytes) implements Reserved {}

    /** It is not, or not any more; {@code why} completes the sentence "reservation pod ...". */
    record Missing(String why) implements Reserved {}

    /** The node is asked to let the machine go: the pod is evicted, preempted or tainted away, as {@code why} says. */
    record Vacate(String podName, String why) implements Reserved {}
}
