/** What is reported of a machine. */
@NullMarked
package dev.meridian.domain.status;

import org.jspecify.annotations.NullMarked;
