/** Networks of machines as values: what their specs say, and as libvirt is told of them. */
@NullMarked
package dev.meridian.domain.network;

import org.jspecify.annotations.NullMarked;
