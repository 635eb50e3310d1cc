package dev.meridian.domain.image;

import dev.meridian.api.v1alpha1.ImageFormat;

/** How far this node is with an image. */
public sealed interface ImageProgress {
    /** Nothing, any more: nobody needs it, and its room was. */
    record Nothing() implements ImageProgress {}

    record Fetching(int percent) implements ImageProgress {}

    record Ready(String path, ImageFormat format, long sizeBytes, long virtualSizeBytes, Checksum digest)
            implements ImageProgress {}

    record Failed(ImageProblem problem) implements ImageProgress {}
}
