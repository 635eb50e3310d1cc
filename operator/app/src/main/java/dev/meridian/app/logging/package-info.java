/** Log lines of a process, by SLF4J's fluent API over java.util.logging. */
@NullMarked
package dev.meridian.app.logging;

import org.jspecify.annotations.NullMarked;
