package dev.meridian.domain.guest;

/** What a probe says of the guest. */
public sealed interface Probed {
    /** Nothing yet, since the agent began: the guest may have been probed before. */
    record Unknown() implements Probed {}

    /** Nothing yet, since the guest booted. */
    record NotYet() implements Probed {}

    record Passes() implements Probed {}

    record Fails(String message) implements Probed {}
}
