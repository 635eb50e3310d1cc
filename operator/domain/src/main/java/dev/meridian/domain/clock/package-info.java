/** The guest's real-time clock: which offset is believed, kept and handed to the next start. */
@NullMarked
package dev.meridian.domain.clock;

import org.jspecify.annotations.NullMarked;
