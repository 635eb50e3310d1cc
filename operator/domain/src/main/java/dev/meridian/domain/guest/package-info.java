/** What a guest is asked, and what is made of its answers: they are its own words. */
@NullMarked
package dev.meridian.domain.guest;

import org.jspecify.annotations.NullMarked;
