package dev.meridian.domain.image;

import dev.meridian.api.v1alpha1.ImageFormat;

/** How far the node is with an image that a machine names. */
public sealed interface ImageFact {
    /** The namespace has no such VirtualMachineImage. */
    record NoImage() implements ImageFact {}

    /** The node fetches it; the machine is woken when that changes. */
    record Fetching(int percent) implements ImageFact {}

    /**
     * The node has it.
     *
     * @param path of a file that only root can change and that nobody does
     * @param format that the file was found to have
     * @param digest of the file, as sha256:hexadecimal; what keeps the file while a machine uses it
     */
    record Ready(String path, ImageFormat format, long virtualSizeBytes, String digest) implements ImageFact {}

    /**
     * It cannot be had as it is, or not now; it is tried again where that may help.
     *
     * @param reason of a condition
     * @param message that names the field, the value and what to change
     */
    record Failed(String reason, String message) implements ImageFact {}
}
