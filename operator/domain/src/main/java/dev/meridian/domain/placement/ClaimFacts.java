package dev.meridian.domain.placement;

/**
 * A PersistentVolumeClaim as the cluster has it.
 *
 * @param block it is a block device, and no file system
 * @param shared several nodes may write it at a time: it is ReadWriteMany
 * @param capacityBytes what it has, or asks for while it is unbound
 */
public record ClaimFacts(boolean block, boolean shared, long capacityBytes) {
    /** One that is not there: kube-scheduler says so. */
    public static final ClaimFacts NONE = new ClaimFacts(false, false, 0);
}
