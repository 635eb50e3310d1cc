package dev.meridian.agent;

import dev.meridian.domain.image.ImageFact;

/** Brings the images to the node that its machines wait for. */
final class ImageFetches {
    /** What the node has of an image; asking for it is what brings it here. Never waits. */
    ImageFact of(String namespace, String imageName) {
        return new ImageFact.NoImage();
    }
}
