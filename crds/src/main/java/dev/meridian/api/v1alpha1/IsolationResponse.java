package dev.meridian.api.v1alpha1;

/** What becomes of a running machine whose node cannot reach the API server. */
public enum IsolationResponse {
    /** It runs on. Until somebody, or a fence, says that its node is dead, it is started nowhere else. */
    LeaveRunning,
    /**
     * Its power is cut after a time, by the node's own guard, and it is started elsewhere once that is sure. So it is, too,
     * when the API server itself is away for so long, or the guard ends.
     */
    PowerOff
}
