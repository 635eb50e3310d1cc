package dev.meridian.domain.guest;

/** What came of asking a probe's question once. */
public sealed interface ProbeOutcome {
    record Succeeded() implements ProbeOutcome {}

    record Failed(String message) implements ProbeOutcome {}

    /** The guest was not reached, by no fault of its own: it counts neither way. */
    record NotAsked(String message) implements ProbeOutcome {}
}
