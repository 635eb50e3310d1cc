/** The program: commands, configuration, wiring. */
@NullMarked
package dev.meridian.app;

import org.jspecify.annotations.NullMarked;
