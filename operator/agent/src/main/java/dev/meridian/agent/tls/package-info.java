/** Certificates of TLS, as files that libvirt and QEMU read and as other nodes show them. */
@NullMarked
package dev.meridian.agent.tls;

import org.jspecify.annotations.NullMarked;
