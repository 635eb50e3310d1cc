/** What Ignition in a guest finds. */
@NullMarked
package dev.meridian.domain.ignition;

import org.jspecify.annotations.NullMarked;
