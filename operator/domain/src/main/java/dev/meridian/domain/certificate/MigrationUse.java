package dev.meridian.domain.certificate;

import dev.meridian.api.v1alpha1.Meridian;
import java.util.Arrays;
import java.util.Optional;

/**
 * Who of a node shows a certificate. Each has an authority of its own: the key of QEMU can be read by every QEMU of the node,
 * and whoever has one that libvirt takes is root on all nodes.
 */
public enum MigrationUse {
    LIBVIRT("libvirt"),
    QEMU("qemu");

    private final String word;

    MigrationUse(String word) {
        this.word = word;
    }

    /** In names and messages. */
    public String word() {
        return word;
    }

    /** Of CertificateSigningRequests. */
    public String signerName() {
        return Meridian.GROUP + "/migration-" + word;
    }

    /** Of the Secret that keeps the authority, and of the ConfigMap that tells its certificates. */
    public String authorityName() {
        return "meridian-migration-" + word;
    }

    public static Optional<MigrationUse> ofSigner(String signerName) {
        return Arrays.stream(values())
                .filter(use -> use.signerName().equals(signerName))
                .findFirst();
    }
}
