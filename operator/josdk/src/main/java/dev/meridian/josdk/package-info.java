/** What both processes need of Java Operator SDK, and what they measure of it. */
@NullMarked
package dev.meridian.josdk;

import org.jspecify.annotations.NullMarked;
