/** The program {@code kubectl-meridian}: what a person may do by kubectl, in fewer words. */
@NullMarked
package dev.meridian.cli;

import org.jspecify.annotations.NullMarked;
