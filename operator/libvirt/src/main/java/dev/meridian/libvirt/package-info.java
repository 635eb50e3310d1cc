/** A binding of libvirt's C API. It knows no Kubernetes. */
@NullMarked
package dev.meridian.libvirt;

import org.jspecify.annotations.NullMarked;
