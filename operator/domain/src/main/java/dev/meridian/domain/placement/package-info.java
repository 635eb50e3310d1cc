/** Where a machine may run, and the pod that holds its room. */
@NullMarked
package dev.meridian.domain.placement;

import org.jspecify.annotations.NullMarked;
