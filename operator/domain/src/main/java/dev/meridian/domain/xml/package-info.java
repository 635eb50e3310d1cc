/** Domain XML: a machine as libvirt is told of it, and read back. */
@NullMarked
package dev.meridian.domain.xml;

import org.jspecify.annotations.NullMarked;
