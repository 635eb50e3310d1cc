package dev.meridian.domain.host;

import dev.meridian.api.v1alpha1.DiskFormat;

/** What a node has of an image. */
public sealed interface ImageFact {
    /** There is no such image, or nobody has asked for it here. */
    record NoImage() implements ImageFact {}

    /** It is being fetched. */
    record Fetching(int percent) implements ImageFact {}

    /** It is here, whole and checked. */
    record Ready(String path, DiskFormat format, long virtualSizeBytes, String digest) implements ImageFact {}

    /** It could not be had; that is tried again. */
    record Failed(String reason, String message) implements ImageFact {}
}
