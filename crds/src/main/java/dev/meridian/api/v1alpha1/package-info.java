/** The API {@code meridian.dev/v1alpha1}: wire records, from which the CRDs are generated. */
@NullMarked
package dev.meridian.api.v1alpha1;

import org.jspecify.annotations.NullMarked;
