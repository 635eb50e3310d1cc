package dev.meridian.domain.metadata;

import org.jspecify.annotations.Nullable;

/**
 * What a definition holds of a disk beyond what the spec says.
 *
 * @param path of the file that the hypervisor opens
 * @param sizeBytes what the guest sees
 * @param image the node's copy of the image that the disk is, or lies above
 * @param identity by which other nodes know the device that it is
 */
public record KeptDisk(
        String path,
        long sizeBytes,
        @Nullable DiskFile image,
        @Nullable String identity) {
    /** A file. */
    public KeptDisk(String path, long sizeBytes, @Nullable DiskFile image) {
        this(path, sizeBytes, image, null);
    }

    public KeptDisk grownTo(long newSizeBytes) {
        return new KeptDisk(path, newSizeBytes, image, identity);
    }

    public KeptDisk at(String newPath) {
        return new KeptDisk(newPath, sizeBytes, image, identity);
    }
}
