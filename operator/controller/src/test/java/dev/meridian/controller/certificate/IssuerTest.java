package dev.meridian.controller.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.domain.certificate.AuthorityStep;
import dev.meridian.domain.certificate.MigrationUse;
import dev.meridian.domain.certificate.Verdict.Approved;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is read of a request that anybody may have made, and what is issued for it. */
class IssuerTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final Duration MONTH = Duration.ofDays(30);

    private @TempDir Path directory;

    @Test
    void certificateIsForTheNodeAloneAndNoAuthority() throws Exception {
        // given
        var issuer = Issuer.make(MigrationUse.LIBVIRT, Duration.ofDays(3650), NOW);
        var request = request("ec -pkeyopt ec_paramgen_curve:P-256", "/CN=anybody", "DNS:anything");

        // when
        var certificate = issuer.issue(
                request.key(), new Approved("node-1", Set.of("node-1", "10.0.0.1", "fd00::1")), MONTH, NOW);

        // then
        certificate.verify(issuer.certificate().getPublicKey());
        assertThat(certificate.getSubjectX500Principal()).hasToString("CN=node-1");
        assertThat(certificate.getIssuerX500Principal())
                .isEqualTo(issuer.certificate().getSubjectX500Principal());
        assertThat(certificate.getBasicConstraints()).as("no authority").isEqualTo(-1);
        assertThat(certificate.getKeyUsage()).startsWith(true, false, true, false, false, false, false);
        assertThat(certificate.getExtendedKeyUsage())
                .containsExactlyInAnyOrder("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2");
        assertThat(names(certificate)).containsExactlyInAnyOrder("node-1", "10.0.0.1", "fd00:0:0:0:0:0:0:1");
        assertThat(certificate.getNotBefore().toInstant()).isEqualTo(NOW.minus(Duration.ofMinutes(5)));
        assertThat(certificate.getNotAfter().toInstant()).isEqualTo(NOW.plus(MONTH));
        assertThat(issuer.certificate().getBasicConstraints())
                .as("of nobody below it")
                .isZero();
        assertThat(issuer.certificate().getKeyUsage()[5])
                .as("signs certificates")
                .isTrue();
    }

    @Test
    void noCertificateOutlivesItsIssuer() throws Exception {
        var issuer = Issuer.make(MigrationUse.QEMU, Duration.ofDays(10), NOW);

        var certificate = issuer.issue(
                request("ec -pkeyopt ec_paramgen_curve:P-256", "/CN=a", "DNS:a").key(),
                new Approved("node-1", Set.of("node-1")),
                MONTH,
                NOW);

        assertThat(certificate.getNotAfter()).isEqualTo(issuer.certificate().getNotAfter());
    }

    @Test
    void requestIsReadWithAllThatItAsksFor() throws Exception {
        var plain = request(
                        "ec -pkeyopt ec_paramgen_curve:P-256",
                        "/CN=node-1",
                        "DNS:Node-1.Example,IP:10.0.0.1,IP:fd00::1")
                .contents();
        assertThat(plain.subject()).isEqualTo("CN=node-1");
        assertThat(plain.hosts()).containsExactlyInAnyOrder("node-1.example", "10.0.0.1", "fd00:0:0:0:0:0:0:1");
        assertThat(plain.more()).isEmpty();
        assertThat(plain.isProven()).isTrue();
        assertThat(plain.isP256()).isTrue();

        var more = request(
                        "rsa:2048",
                        "/O=system:masters/CN=node-1",
                        "DNS:a,email:a@b,URI:https://a\nbasicConstraints=critical,CA:TRUE")
                .contents();
        assertThat(more.subject()).isEqualTo("O=system:masters,CN=node-1");
        assertThat(more.more()).hasSize(3).anyMatch(word -> word.contains("extension 2.5.29.19"));
        assertThat(more.isP256()).isFalse();
        assertThat(request("ec -pkeyopt ec_paramgen_curve:P-384", "/CN=a", "DNS:a")
                        .contents()
                        .isP256())
                .isFalse();
    }

    @Test
    void requestWhoseSignatureIsNotOfItsKeyIsFoundOut() throws Exception {
        // given
        var honest = request("ec -pkeyopt ec_paramgen_curve:P-256", "/CN=node-1", "DNS:a")
                .request()
                .getEncoded();
        honest[honest.length - 1] ^= 1;

        // when
        var forged = new ParsedRequest(new PKCS10CertificationRequest(honest));

        // then
        assertThat(forged.contents().isProven()).isFalse();
    }

    @Test
    void whatIsNoRequestIsNone() {
        assertThat(ParsedRequest.of("")).isEmpty();
        assertThat(ParsedRequest.of("-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n"))
                .isEmpty();
        assertThat(ParsedRequest.unreadable().isProven()).isFalse();
    }

    @Test
    void secretKeepsTheKeysThroughTheirLives() throws Exception {
        // given
        var lifetime = Duration.ofDays(3650);
        var first = AuthoritySecret.make(MigrationUse.QEMU, lifetime, NOW);
        var later = NOW.plus(Duration.ofDays(2500));

        // when
        var both = first.after(new AuthorityStep.MakeNext(), MigrationUse.QEMU, lifetime, later);
        var noted = both.after(new AuthorityStep.NotePublished(), MigrationUse.QEMU, lifetime, later);
        var promoted = noted.after(new AuthorityStep.Promote(), MigrationUse.QEMU, lifetime, later.plus(MONTH));
        var forgotten = promoted.after(new AuthorityStep.Forget(), MigrationUse.QEMU, lifetime, later);

        // then
        assertThat(both.issuer()).isEqualTo(first.issuer());
        assertThat(both.keys().nextPublishedAt()).isEmpty();
        assertThat(noted.keys().nextPublishedAt()).contains(later);
        assertThat(promoted.issuer().certificate()).isNotEqualTo(first.issuer().certificate());
        assertThat(promoted.issuer().key()).isNotEqualTo(first.issuer().key());
        assertThat(promoted.keys().formerReplacedAt()).contains(later.plus(MONTH));
        assertThat(promoted.secret().getData()).doesNotContainKeys("next.crt", "next.key", "former.key");
        assertThat(count(first.believed(later))).isEqualTo(1);
        assertThat(count(both.believed(later))).isEqualTo(2);
        assertThat(both.believed(later)).startsWith(first.believed(later));
        assertThat(count(promoted.believed(later))).isEqualTo(2);
        assertThat(promoted.believed(later)).contains(first.believed(later));
        assertThat(count(promoted.believed(NOW.plus(Duration.ofDays(3651)))))
                .as("libvirt does not start with one that expired")
                .isEqualTo(1);
        assertThat(forgotten.believed(later)).doesNotContain(first.believed(later));
        assertThat(first.issuer().certificate().getSubjectX500Principal())
                .as("each has a name of its own")
                .isNotEqualTo(promoted.issuer().certificate().getSubjectX500Principal());
    }

    private static long count(String pem) {
        return pem.lines().filter(line -> line.contains("BEGIN CERTIFICATE")).count();
    }

    private static List<String> names(X509Certificate certificate) throws Exception {
        var names = new ArrayList<String>();
        for (Collection<?> name : certificate.getSubjectAlternativeNames()) {
            names.add(Objects.toString(List.copyOf(name).getLast()));
        }
        return names;
    }

    private ParsedRequest request(String key, String subject, String names) throws IOException, InterruptedException {
        var settings = Files.writeString(
                directory.resolve("settings"),
                "[req]\ndistinguished_name=d\nreq_extensions=e\n[d]\n[e]\nsubjectAltName=" + names + "\n");
        var command = new ArrayList<>(List.of("openssl", "req", "-new", "-nodes", "-newkey"));
        command.addAll(List.of(key.split(" ")));
        command.addAll(List.of("-keyout", "key", "-subj", subject, "-config", settings.toString()));
        var process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        var pem = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        assertThat(process.waitFor()).isZero();
        return ParsedRequest.of(pem).orElseThrow();
    }
}
