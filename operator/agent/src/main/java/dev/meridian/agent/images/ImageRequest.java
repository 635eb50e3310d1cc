package dev.meridian.agent.images;

import dev.meridian.api.v1alpha1.ImageFormat;
import dev.meridian.domain.image.AddressRules;
import dev.meridian.domain.image.ImageSource;

/**
 * An image as one object wants it.
 *
 * @param owner the object, which may use again what was given to it
 * @param rules of its namespace
 */
public record ImageRequest(ImageOwner owner, ImageSource source, ImageFormat format, AddressRules rules) {}
