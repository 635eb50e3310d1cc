package dev.meridian.domain.supply;

import dev.meridian.domain.metadata.DiskFile;
import java.util.Optional;

/** The file of a disk that is made on the machine's node. */
public sealed interface MadeDisk {
    /** Nothing is there. */
    record Missing() implements MadeDisk {}

    /**
     * It is there, as a qcow2 file of ours.
     *
     * @param image the image above which it lies
     */
    record Made(long sizeBytes, Optional<DiskFile> image) implements MadeDisk {}

    /** It is there, but the image above which it lies is not on the node any more. */
    record ImageLost(DiskFile image) implements MadeDisk {}

    /** What is there is not as we make it; {@code why} completes the sentence "the file ...". */
    record Unusable(String why) implements MadeDisk {}
}
