/** The per-node process: the shell around the decisions of the domain and the effects of libvirt. */
@NullMarked
package dev.meridian.agent;

import org.jspecify.annotations.NullMarked;
