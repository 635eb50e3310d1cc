package dev.meridian.domain.supply;

/** What a volume of a storage pool is, as the node's libvirt tells. */
public sealed interface VolumeFact {
    /** A file or a block device, of the format that the spec says. */
    record Usable(String path) implements VolumeFact {}

    /** The node has no pool of the name. */
    record PoolMissing() implements VolumeFact {}

    /** The pool is stopped: nobody knows what it has. */
    record PoolInactive() implements VolumeFact {}

    /** The pool has no volume of the name. */
    record Missing() implements VolumeFact {}

    /** Not one that a machine may use; {@code why} completes the sentence "the volume ...". */
    record Refused(String why) implements VolumeFact {}
}
