/** Images that machines start from: where they may come from, and what is refused. */
@NullMarked
package dev.meridian.domain.image;

import org.jspecify.annotations.NullMarked;
