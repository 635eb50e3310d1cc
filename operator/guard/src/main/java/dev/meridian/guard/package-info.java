/** The process of a node that takes guests along when it ends, or is not heard of, so that they may start elsewhere. */
@NullMarked
package dev.meridian.guard;

import org.jspecify.annotations.NullMarked;
