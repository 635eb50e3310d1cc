/** When a node that is not heard of is powered off, and what proves that it is off. */
@NullMarked
package dev.meridian.domain.fence;

import org.jspecify.annotations.NullMarked;
