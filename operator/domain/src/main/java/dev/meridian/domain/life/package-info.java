/** When a machine runs: its run strategy, its verbs, and how it last ended. */
@NullMarked
package dev.meridian.domain.life;

import org.jspecify.annotations.NullMarked;
