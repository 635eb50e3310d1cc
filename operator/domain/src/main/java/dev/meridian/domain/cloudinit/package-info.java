/** What cloud-init in a guest finds: the files, and the image of the disk that holds them. */
@NullMarked
package dev.meridian.domain.cloudinit;

import org.jspecify.annotations.NullMarked;
