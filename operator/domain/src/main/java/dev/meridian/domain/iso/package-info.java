/** The image of a disk that holds a few files. */
@NullMarked
package dev.meridian.domain.iso;

import org.jspecify.annotations.NullMarked;
