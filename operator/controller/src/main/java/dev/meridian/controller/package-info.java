/** The cluster process: it reserves room for machines, assigns them to nodes and lets them go. */
@NullMarked
package dev.meridian.controller;

import org.jspecify.annotations.NullMarked;
