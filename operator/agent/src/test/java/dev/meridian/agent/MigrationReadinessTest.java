package dev.meridian.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.agent.tls.Authority;
import dev.meridian.agent.tls.Authority.KeyForm;
import dev.meridian.agent.tls.Defect;
import dev.meridian.api.v1alpha1.ConditionStatus;
import dev.meridian.domain.status.Conditions.Decided;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Condition MigrationReady of a node; that libvirt answers is MigrationTlsE2E's. */
class MigrationReadinessTest {
    private static final MigrationUris TLS = new MigrationUris("qemu+tls://127.0.0.1:1/system", "tcp://127.0.0.1");
    private static final MigrationUris TCP = new MigrationUris("qemu+tcp://127.0.0.1:1/system", "tcp://127.0.0.1");

    private @TempDir Path etc;
    private Instant now = Instant.now().plusSeconds(60);
    private Optional<Defect> trouble = Optional.empty();

    @BeforeEach
    void make() throws IOException {
        var authority = Authority.make(etc, "ours");
        issue(authority, "pki/CA/cacert.pem", "pki/libvirt/servercert.pem", "pki/libvirt/private/serverkey.pem");
        issue(authority, "pki/CA/cacert.pem", "pki/libvirt/clientcert.pem", "pki/libvirt/private/clientkey.pem");
        issue(authority, "pki/qemu/ca-cert.pem", "pki/qemu/server-cert.pem", "pki/qemu/server-key.pem");
        issue(authority, "pki/qemu/ca-cert.pem", "pki/qemu/client-cert.pem", "pki/qemu/client-key.pem");
    }

    @Test
    void withoutAddressesNoneComes() throws Exception {
        assertThat(decided(Optional.empty(), true))
                .isEqualTo(
                        new Decided(
                                "MigrationReady",
                                ConditionStatus.False,
                                "NotOffered",
                                "its agent is not told where other nodes reach it; give it --migration-libvirt-uri and --migration-uri"));
    }

    @Test
    void libvirtThatDoesNotListenIsToldWithWhere() throws Exception {
        // when
        var byTls = decided(Optional.of(TLS), true);
        var byTcp = decided(Optional.of(TCP), true);

        // then
        assertThat(byTls.reason()).isEqualTo("NotListening");
        assertThat(byTls.message()).as("by libvirt's own certificates").contains("qemu+tls://127.0.0.1:1/system");
        assertThat(byTcp.reason()).isEqualTo("NotListening");
        assertThat(byTcp.message())
                .contains("qemu+tcp://127.0.0.1:1/system", "have libvirt listen there, in libvirtd.conf");
        assertThat(decided(Optional.of(TLS), false).reason()).isEqualTo("LibvirtUnreachable");
    }

    @Test
    void directoryThatIsForMigrationsAloneIsLookedAtInsteadOfQemusUsualOne() throws Exception {
        // given
        Files.createDirectories(etc.resolve("pki/libvirt-migrate"));

        // when
        var decided = decided(Optional.of(TLS), true);

        // then
        assertThat(decided.reason()).isEqualTo("CertificateMissing");
        assertThat(decided.message()).contains("pki/libvirt-migrate/server-cert.pem is not there");
    }

    @Test
    void directoryThatTheSettingsNameIsLookedAt() throws Exception {
        // given
        Files.createDirectories(etc.resolve("libvirt"));
        Files.writeString(
                etc.resolve("libvirt/qemu.conf"),
                "#migrate_tls_x509_cert_dir = \"/commented\"\ndefault_tls_x509_cert_dir = \"/default\"\nmigrate_tls_x509_cert_dir = \"/of-migrations\"\n");

        // when
        var decided = decided(Optional.of(TLS), true);

        // then
        assertThat(decided.message()).contains("/of-migrations/server-cert.pem is not there");
    }

    @Test
    void expiryIsToldOfTheCertificatesBeforeAnythingIsAsked() throws Exception {
        // given
        now = now.plus(Duration.ofDays(31));

        // when
        var decided = decided(Optional.of(TLS), true);

        // then
        assertThat(decided.status()).isEqualTo(ConditionStatus.False);
        assertThat(decided.reason()).isEqualTo("CertificateExpired");
        assertThat(decided(Optional.of(TCP), true).reason()).as("TCP has none").isEqualTo("NotListening");
    }

    /** A person is not told to lay files that the cluster issues. */
    @Test
    void whyNothingIsIssuedComesFirst() throws Exception {
        // given
        Files.delete(etc.resolve("pki/qemu/server-key.pem"));
        trouble = Optional.of(new Defect("CertificateDenied", "it was denied: so"));

        // when
        var decided = decided(Optional.of(TLS), true);

        // then
        assertThat(decided.status()).isEqualTo(ConditionStatus.False);
        assertThat(decided.reason()).isEqualTo("CertificateDenied");
        assertThat(decided.message()).startsWith("it was denied: so; ").contains("server-key.pem is not there");
    }

    private Decided decided(Optional<MigrationUris> uris, boolean isReachable) throws InterruptedException {
        InstantSource clock = () -> now;
        try (var readiness = new MigrationReadiness(
                uris, new MigrationCredentials(etc), () -> trouble, Optional::empty, new ReentrantLock(), clock)) {
            return readiness.condition(isReachable);
        }
    }

    private void issue(Authority authority, String ca, String certificate, String key) throws IOException {
        for (var file : new String[] {ca, certificate, key}) {
            Files.createDirectories(etc.resolve(file).getParent());
        }
        Files.writeString(etc.resolve(ca), Files.readString(authority.certificate()));
        authority.issue(etc.resolve(certificate), etc.resolve(key), KeyForm.EC, "IP:127.0.0.1", 30);
    }
}
