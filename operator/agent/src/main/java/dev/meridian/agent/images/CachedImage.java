package dev.meridian.agent.images;

import dev.meridian.domain.image.Checksum;
import dev.meridian.domain.image.ImageContent;
import java.nio.file.Path;

/** An image's file that the node has: read-only, and named by its digest. */
public record CachedImage(Path path, ImageContent content, long sizeBytes, Checksum digest) {}
