package dev.meridian.domain.plan;

/** What the controller says of a machine's place, as seen from one node. */
public sealed interface Assignment {
    /** The machine belongs here. */
    record Here(long attempt) implements Assignment {}

    /** The stopped machine is to go to another node, and its metadata document is already handed over or not. */
    record Leaving(String to, boolean handedOver) implements Assignment {}

    /** It was released here; nothing is defined until it is assigned anew. */
    record Released() implements Assignment {}
}
