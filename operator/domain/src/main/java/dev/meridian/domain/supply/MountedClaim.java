package dev.meridian.domain.supply;

import java.util.Optional;
import java.util.OptionalLong;

/** A PersistentVolumeClaim, as kubelet has brought it to the node for the reservation pod. */
public sealed interface MountedClaim {
    /** Name of the file in a claim's file system, which KubeVirt gives it too. */
    String FILE = "disk.img";

    /** kubelet has not mounted it yet. */
    record Awaited() implements MountedClaim {}

    /**
     * It is a file system.
     *
     * @param directory where it is mounted
     * @param fileBytes size of the disk's file, once there is one
     * @param capacityBytes what a new file may have
     */
    record FileSystem(Beneath directory, OptionalLong fileBytes, long capacityBytes) implements MountedClaim {
        public Beneath file() {
            return directory.child(FILE);
        }
    }

    /**
     * It is a block device of the node.
     *
     * @param number by which the node's kernel knows it: major and minor, as in 8:32
     * @param identity what it is, where its kernel knows that: two nodes that say the same of theirs have one device
     */
    record Block(String device, String number, long sizeBytes, Optional<String> identity) implements MountedClaim {}

    /** It cannot be given to a machine; {@code why} completes the sentence "the claim ...". */
    record Unusable(String why) implements MountedClaim {}
}
