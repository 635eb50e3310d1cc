package dev.meridian.domain.placement;

import java.util.Optional;

/** What is to be said about a machine's room. */
sealed interface Scheduling {
    /** Nothing new. */
    record Unchanged() implements Scheduling {}

    record NotNeeded() implements Scheduling {}

    /** A pod waits longer than usual for who says whether there is room for it. */
    record Pending(String podName, String judge) implements Scheduling {}

    record Refused(ReservedPod.Refusal refusal) implements Scheduling {}

    /** @param lacks what the held room does not have of what the spec asks for by now, and why */
    record Reserved(String podName, String nodeName, Optional<String> lacks) implements Scheduling {}

    /** The machine is to leave its node: its room is held until the guest is gone. */
    record Vacating(String podName, String nodeName, String why) implements Scheduling {}

    /** A node has the machine's domain though the status did not say so: its agent takes it over. */
    record Found(String nodeName) implements Scheduling {}

    /** Room is held on another node than the one that has the stopped machine. */
    record Moving(String podName, String from, String to) implements Scheduling {}
}
