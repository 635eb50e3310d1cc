/** Certificates for migrations, issued to nodes by an authority of the cluster's own. */
@NullMarked
package dev.meridian.controller.certificate;

import org.jspecify.annotations.NullMarked;
