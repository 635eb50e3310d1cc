/** What cloud-init in a guest finds: the files of its disk. */
@NullMarked
package dev.meridian.domain.cloudinit;

import org.jspecify.annotations.NullMarked;
