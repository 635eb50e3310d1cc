/** Certificates for migrations: to whom one is issued, when it is renewed, when their authority is. */
@NullMarked
package dev.meridian.domain.certificate;

import org.jspecify.annotations.NullMarked;
