/** What both processes need of Java Operator SDK. */
@NullMarked
package dev.meridian.josdk;

import org.jspecify.annotations.NullMarked;
