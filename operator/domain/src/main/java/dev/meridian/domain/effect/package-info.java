/** What a process of ours does to the world, told as it happens. */
@NullMarked
package dev.meridian.domain.effect;

import org.jspecify.annotations.NullMarked;
