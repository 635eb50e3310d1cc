/** A node's cache of images: fetched once, verified, looked into, kept read-only, given up by age. Knows no Kubernetes client. */
@NullMarked
package dev.meridian.agent.images;

import org.jspecify.annotations.NullMarked;
