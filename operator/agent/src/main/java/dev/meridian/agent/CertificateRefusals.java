package dev.meridian.agent;

import dev.meridian.agent.tls.Defect;
import dev.meridian.agent.tls.PeerCertificate;
import dev.meridian.domain.plan.Outgoing;
import dev.meridian.domain.plan.TargetUri;
import dev.meridian.libvirt.LibvirtException;
import java.time.InstantSource;
import java.util.Optional;
import java.util.regex.Pattern;

/** Says of a migration that failed for a certificate what is to be mended, and at which node: libvirt says neither. */
final class CertificateRefusals {
    private static final Pattern OF_ONE = Pattern.compile("certificate|credentials|TLS|Not a migration stream");

    private final String nodeName;
    private final MigrationReadiness own;
    private final MigrationCredentials credentials;
    private final InstantSource clock;

    CertificateRefusals(
            String nodeName, MigrationReadiness own, MigrationCredentials credentials, InstantSource clock) {
        this.nodeName = nodeName;
        this.own = own;
        this.credentials = credentials;
        this.clock = clock;
    }

    /** @param migration what asks libvirt for it */
    void explaining(Outgoing to, Runnable migration) {
        try {
            migration.run();
        } catch (LibvirtException e) {
            throw to.libvirtUri().filter(TargetUri::isTls).isPresent()
                            && OF_ONE.matcher(e.message()).find()
                    ? e.saying(e.message() + ": " + remedy(to))
                    : e;
        }
    }

    private String remedy(Outgoing to) {
        return own.defect()
                .map(defect -> "on node %s %s".formatted(nodeName, defect.message()))
                .or(() -> shown(to).map(defect -> "node %s: %s".formatted(to.target(), defect.message())))
                .orElseGet(() ->
                        "QEMU of node %s and of node %s must have certificates of one authority, which both have as ca-cert.pem, valid now; compare the directories that migrate_tls_x509_cert_dir in qemu.conf names, /etc/pki/libvirt-migrate or /etc/pki/qemu without it"
                                .formatted(nodeName, to.target()));
    }

    private Optional<Defect> shown(Outgoing to) {
        return to.libvirtUri()
                .flatMap(uri ->
                        PeerCertificate.defect(uri.host(), uri.port(), credentials.authorities(), clock.instant()));
    }
}
