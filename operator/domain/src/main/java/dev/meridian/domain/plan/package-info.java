/** What to do next about a machine on its node. */
@NullMarked
package dev.meridian.domain.plan;

import org.jspecify.annotations.NullMarked;
