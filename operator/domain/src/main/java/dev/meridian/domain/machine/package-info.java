/** Machines as values: what a spec says, checked and with its defaults. */
@NullMarked
package dev.meridian.domain.machine;

import org.jspecify.annotations.NullMarked;
