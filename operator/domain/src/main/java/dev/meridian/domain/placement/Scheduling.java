package dev.meridian.domain.placement;

/** What is to be said about a machine's room. */
sealed interface Scheduling {
    /** Nothing new. */
    record Unchanged() implements Scheduling {}

    record NotNeeded() implements Scheduling {}

    /** A pod waits for kube-scheduler longer than usual. */
    record Pending(String podName) implements Scheduling {}

    record Refused(ReservedPod.Refusal refusal) implements Scheduling {}

    record Reserved(String podName, String nodeName) implements Scheduling {}

    /** Room is held on another node than the one that has the stopped machine. */
    record Moving(String podName, String from, String to) implements Scheduling {}
}
