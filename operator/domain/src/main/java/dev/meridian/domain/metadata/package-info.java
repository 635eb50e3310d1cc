/** What we must remember about a machine; it stands in its domain. */
@NullMarked
package dev.meridian.domain.metadata;

import org.jspecify.annotations.NullMarked;
