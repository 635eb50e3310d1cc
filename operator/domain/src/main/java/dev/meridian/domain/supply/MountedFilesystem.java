package dev.meridian.domain.supply;

/** The file system of a PersistentVolumeClaim, as kubelet has mounted it on the node for the reservation pod. */
public sealed interface MountedFilesystem {
    /** kubelet has not mounted it yet. */
    record Awaited() implements MountedFilesystem {}

    /** It is there: kubelet's own mount, no part of whose path anybody but the node's administrator can change. */
    record Directory(String path) implements MountedFilesystem {}

    /** It cannot be shared with a guest; {@code why} completes the sentence "the claim ...". */
    record Unusable(String why) implements MountedFilesystem {}
}
