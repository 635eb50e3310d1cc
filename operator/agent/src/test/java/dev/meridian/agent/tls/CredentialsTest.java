package dev.meridian.agent.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.agent.tls.Authority.KeyForm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What others would say of files with certificates. */
class CredentialsTest {
    private static final String NAMES = "DNS:node-1,IP:10.0.0.1,IP:2001:db8::1";
    private final Instant now = Instant.now().plusSeconds(60);

    private @TempDir Path directory;
    private Authority ours;
    private Path certificate;
    private Path key;

    @BeforeEach
    void make() throws IOException {
        ours = Authority.make(directory, "ours");
        certificate = directory.resolve("cert.pem");
        key = directory.resolve("key.pem");
    }

    @ParameterizedTest
    @EnumSource
    void keyOfEveryFormIsReadAndBelongsToItsCertificateAlone(KeyForm form) throws IOException {
        // given
        ours.issue(certificate, key, form, NAMES, 30);
        ours.issue(directory.resolve("other.pem"), directory.resolve("other.key"), form, NAMES, 30);

        // when
        var right = of(Optional.empty()).defect(now);
        var wrong = new Credentials(ours.certificate(), certificate, directory.resolve("other.key"), Optional.empty())
                .defect(now);

        // then
        assertThat(right).isEmpty();
        assertThat(wrong).get().extracting(Defect::reason).isEqualTo("CertificateInvalid");
        assertThat(wrong.orElseThrow().message()).contains("other.key is not the key to", "cert.pem");
    }

    @ParameterizedTest
    @CsvSource({"node-1", "NODE-1", "10.0.0.1", "'[2001:db8:0:0::1]'"})
    void hostThatItNamesIsTaken(String host) throws IOException {
        // given
        ours.issue(certificate, key, KeyForm.EC, NAMES, 30);

        // when
        var defect = of(Optional.of(host)).defect(now);

        // then
        assertThat(defect).isEmpty();
    }

    @Test
    void hostThatItDoesNotNameIsTold() throws IOException {
        // given
        ours.issue(certificate, key, KeyForm.EC, NAMES, 30);

        // when
        var defect = of(Optional.of("node-2")).defect(now);

        // then
        assertThat(defect.orElseThrow().message())
                .endsWith("cert.pem is for node-1, 10.0.0.1, 2001:db8:0:0:0:0:0:1, and not for node-2;"
                        + " have one issued that names it");
    }

    @Test
    void validityIsToldOfWhatIsOverAndOfWhatHasNotBegun() throws IOException {
        // given
        ours.issue(certificate, key, KeyForm.EC, NAMES, 30);
        var credentials = of(Optional.empty());
        var expiry = credentials.expiry().orElseThrow();

        // when
        var last = credentials.defect(expiry);
        var over = credentials.defect(expiry.plusSeconds(1));
        var before = credentials.defect(now.minus(Duration.ofDays(1)));

        // then
        assertThat(last).isEmpty();
        assertThat(over.orElseThrow().reason()).isEqualTo("CertificateExpired");
        assertThat(over.orElseThrow().message()).endsWith("cert.pem expired at %s; renew it".formatted(expiry));
        assertThat(before.orElseThrow().message()).contains("is valid from");
    }

    @Test
    void otherAuthorityIsToldWithBothNames() throws IOException {
        // given
        var other = Authority.make(directory, "other");
        other.issue(certificate, key, KeyForm.EC, NAMES, 30);

        // when
        var defect = of(Optional.empty()).defect(now);

        // then
        assertThat(defect.orElseThrow().message())
                .contains("was issued by \"CN=other\"", "ours.crt holds \"CN=ours\"", "one authority");
    }

    /** As long as an authority is replaced, nodes take certificates of both. */
    @Test
    void oneOfSeveralAuthoritiesIsEnough() throws IOException {
        // given
        var other = Authority.make(directory, "other");
        other.issue(certificate, key, KeyForm.EC, NAMES, 30);
        Files.writeString(
                ours.certificate(),
                Files.readString(ours.certificate()) + "some words\n" + Files.readString(other.certificate()));

        // when
        var defect = of(Optional.empty()).defect(now);

        // then
        assertThat(defect).isEmpty();
    }

    @Test
    void whatIsMissingOrIsNoneIsNamed() throws IOException {
        // given
        ours.issue(certificate, key, KeyForm.EC, NAMES, 30);
        var noKey = new Credentials(ours.certificate(), certificate, directory.resolve("none"), Optional.empty());
        var noCertificate = new Credentials(ours.certificate(), key, key, Optional.empty());
        var noAuthority = new Credentials(directory.resolve("ca"), certificate, key, Optional.empty());

        // when
        var defects = Stream.of(noKey, noCertificate, noAuthority)
                .map(one -> one.defect(now).orElseThrow())
                .toList();

        // then
        assertThat(defects)
                .extracting(Defect::reason)
                .containsExactly("CertificateMissing", "CertificateInvalid", "CertificateMissing");
        assertThat(defects.get(0).message()).contains("/none is not there");
        assertThat(defects.get(1).message()).contains("key.pem: it holds no certificate");
        assertThat(defects.get(2).message()).contains("/ca is not there");
    }

    private Credentials of(Optional<String> host) {
        return new Credentials(ours.certificate(), certificate, key, host);
    }
}
