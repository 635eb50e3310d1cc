package dev.meridian.domain.metadata;

import org.jspecify.annotations.Nullable;

/**
 * What a definition holds of a disk beyond what the spec says.
 *
 * @param path of the file that the hypervisor opens
 * @param sizeBytes what the guest sees
 * @param image the node's copy of the image that the disk is, or lies above
 */
public record KeptDisk(
        String path, long sizeBytes, @Nullable DiskFile image) {
    public KeptDisk grownTo(long newSizeBytes) {
        return new KeptDisk(path, newSizeBytes, image);
    }
}
