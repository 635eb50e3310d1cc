package dev.meridian.api.v1alpha1;

/** What becomes of a disk's file when its machine is deleted. */
public enum ReclaimPolicy {
    /** It goes with the machine. */
    Delete,
    /** Its node keeps it, for another machine of the namespace. */
    Retain
}
