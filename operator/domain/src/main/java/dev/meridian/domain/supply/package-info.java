/** What a node has of what a start of a machine takes: made disks, images, mounted ConfigMaps and Secrets. */
@NullMarked
package dev.meridian.domain.supply;

import org.jspecify.annotations.NullMarked;
