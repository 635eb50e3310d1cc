package dev.meridian.domain.placement;

/**
 * A PersistentVolumeClaim as the cluster has it.
 *
 * @param block it is a block device, and no file system
 * @param capacityBytes what it has, or asks for while it is unbound
 */
public record ClaimFacts(boolean block, long capacityBytes) {
    /** One that is not there: kube-scheduler says so. */
    public static final ClaimFacts NONE = new ClaimFacts(false, 0);
}
