/** The product on a real cluster, with real libvirt and real guests. */
@NullMarked
package dev.meridian.e2e;

import org.jspecify.annotations.NullMarked;
