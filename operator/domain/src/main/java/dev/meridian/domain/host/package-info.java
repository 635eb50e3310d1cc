/** What is known of a node before a machine starts on it. */
@NullMarked
package dev.meridian.domain.host;

import org.jspecify.annotations.NullMarked;
