package dev.meridian.agent.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.agent.tls.IssuedFiles.Part;
import dev.meridian.agent.tls.IssuedFiles.Place;
import dev.meridian.domain.effect.EffectWatch;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.openssl.PEMParser;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files of an issued certificate belong together at every moment, whoever dies. */
class IssuedFilesTest {
    private static final Set<String> HOSTS = Set.of("node-1", "10.0.0.1", "fd00:0:0:0:0:0:0:1");

    private @TempDir Path etc;
    private final Instant now = Instant.now().plusSeconds(60);
    private Authority authority;
    private String believed;
    private List<Place> places;

    @BeforeEach
    void make() throws IOException {
        authority = Authority.make(Files.createDirectory(etc.resolve("authority")), "ours");
        believed = Files.readString(authority.certificate());
        places = List.of(
                new Place(etc.resolve("CA/cacert.pem"), Part.AUTHORITIES),
                new Place(etc.resolve("libvirt/servercert.pem"), Part.CERTIFICATE),
                new Place(etc.resolve("libvirt/private/serverkey.pem"), Part.KEY));
    }

    @Test
    void requestNamesTheNodeAndItsHosts() throws Exception {
        // given
        var request = KeyRequest.make("node-1", HOSTS);

        // when
        var certificate = authority.sign(request);

        // then
        assertThat(request.hosts()).isEqualTo(HOSTS);
        assertThat(KeyRequest.of(request.text())).contains(request);
        assertThat(request.isCertified(certificate, believed, now)).isTrue();
        assertThat(request.isCertified(certificate, "", now)).isFalse();
        assertThat(request.isCertified(authority.sign(KeyRequest.make("node-1", HOSTS)), believed, now))
                .as("of another key")
                .isFalse();
        assertThat(Pem.certificates(certificate).getFirst().getSubjectX500Principal())
                .hasToString("CN=node-1");
    }

    /** GnuTLS 3.7 says of one without: "ASN1 parser: Element was not found". */
    @Test
    void keyIsWrittenWithItsPublicPart() throws Exception {
        var key = KeyRequest.make("node-1", HOSTS).key();

        try (var parser = new PEMParser(new StringReader(key))) {
            var info = (PrivateKeyInfo) parser.readObject();
            assertThat(ECPrivateKey.getInstance(info.parsePrivateKey()).getPublicKey())
                    .isNotNull();
        }
        assertThat(key).startsWith("-----BEGIN PRIVATE KEY-----");
    }

    @Test
    void whatIsHeldIsToldAsItIs() throws Exception {
        // given
        var files = files(EffectWatch.NONE);
        assertThat(files.held(believed, now)).isEmpty();
        lay(files, KeyRequest.make("node-1", HOSTS));
        var other = Authority.make(Files.createDirectory(etc.resolve("other")), "other");

        // when
        var held = files.held(believed, now).orElseThrow();

        // then
        assertThat(held.lack(HOSTS, now)).isEmpty();
        assertThat(held.lack(Set.of("node-2"), now)).isPresent();
        assertThat(held.lack(HOSTS, now.plus(Duration.ofDays(21)))).isPresent();
        assertThat(files.held(Files.readString(other.certificate()), now)
                        .orElseThrow()
                        .isTrusted())
                .isFalse();
        assertThat(files.held("", now).orElseThrow().isTrusted()).isFalse();
    }

    /** Before and after each of its writes, from nothing and over a certificate that there is. */
    @Test
    void nothingIsMismatchedWhereverTheAgentDies() throws Exception {
        for (var there : List.of(false, true)) {
            var deaths = 0;
            for (var died = true; died; deaths++) {
                var before = KeyRequest.make("node-1", HOSTS);
                if (there) {
                    lay(files(EffectWatch.NONE), before);
                }
                var after = KeyRequest.make("node-1", HOSTS);
                died = diesAt(deaths, after);
                assertThat(defects()).as("after %d effects".formatted(deaths)).isEmpty();
                lay(files(EffectWatch.NONE), files(EffectWatch.NONE).pending().orElse(after));
                assertThat(defects()).isEmpty();
                assertThat(places).allMatch(place -> Files.exists(place.path()));
                try (var left = Files.list(etc.resolve("issued"))) {
                    assertThat(left.filter(path -> !path.endsWith("current"))).hasSize(1);
                }
                clear();
            }
            assertThat(deaths).isGreaterThan(10);
        }
    }

    @Test
    void halfOfWhatAnEarlierAgentWroteIsInNobodysWay() throws Exception {
        // given
        Files.createDirectories(etc.resolve("issued/.new"));
        Files.writeString(etc.resolve("issued/.new/key.pem"), "half");
        Files.createSymbolicLink(etc.resolve("issued/.current"), Path.of("nowhere"));
        Files.writeString(etc.resolve("issued/.pending.pem"), "half");
        Files.writeString(etc.resolve("issued/pending.pem"), "of a disk that lost it");

        // when
        var files = files(EffectWatch.NONE);
        assertThat(files.pending()).isEmpty();
        lay(files, KeyRequest.make("node-1", HOSTS));

        // then
        assertThat(defects()).isEmpty();
        assertThat(places).allMatch(place -> Files.exists(place.path()));
    }

    @Test
    void whatSomebodyElseLaidIsForeignAndStays() throws Exception {
        // given
        var files = files(EffectWatch.NONE);
        var laid = places.getFirst();
        Files.createDirectories(laid.path().getParent());
        Files.writeString(laid.path(), "a person's");
        var linked = places.getLast();
        Files.createDirectories(linked.path().getParent());
        Files.createSymbolicLink(linked.path(), etc.resolve("elsewhere"));

        // when
        lay(files, KeyRequest.make("node-1", HOSTS));

        // then
        assertThat(files.isForeign(laid)).isTrue();
        assertThat(files.isForeign(linked)).as("a link of theirs").isTrue();
        assertThat(files.isForeign(places.get(1))).isFalse();
        assertThat(Files.readString(laid.path())).isEqualTo("a person's");
        assertThat(Files.readSymbolicLink(linked.path())).isEqualTo(etc.resolve("elsewhere"));
    }

    @Test
    void newAuthoritiesAreBelievedWithTheCertificateThatThereIs() throws Exception {
        // given
        var files = files(EffectWatch.NONE);
        lay(files, KeyRequest.make("node-1", HOSTS));
        files.noteTold();
        var certificate = Files.readString(places.get(1).path());
        var more = believed
                + Files.readString(Authority.make(Files.createDirectory(etc.resolve("next")), "next")
                        .certificate());

        // when
        files.believe(more);

        // then
        assertThat(files.tells(more)).isTrue();
        assertThat(files.tells(believed)).isFalse();
        assertThat(files.isTold()).as("of these").isFalse();
        assertThat(Files.readString(places.get(1).path())).isEqualTo(certificate);
        assertThat(defects()).isEmpty();
    }

    @Test
    void keyIsReadByRootAndByWhomItIsGivenTo() throws Exception {
        // given
        var key = places.getLast().path();

        // when
        lay(files(EffectWatch.NONE), KeyRequest.make("node-1", HOSTS));
        var alone = Files.getPosixFilePermissions(key);
        var group = Files.readAttributes(key, PosixFileAttributes.class).group();
        files(Optional.of(group), EffectWatch.NONE).openKey();

        // then
        assertThat(PosixFilePermissions.toString(alone)).isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
                .isEqualTo("rw-r-----");
    }

    private boolean diesAt(int effect, KeyRequest request) throws IOException {
        try {
            var files = files(new Dying(effect));
            files.keepPending(request);
            lay(files, request);
            files.forgetPending();
            return false;
        } catch (Died _) {
            return true;
        }
    }

    private void lay(IssuedFiles files, KeyRequest request) throws IOException {
        files.lay(request, authority.sign(request), believed);
        for (var place : places) {
            files.link(place);
        }
        files.forgetPending();
    }

    /** Of what is there. */
    private Optional<Defect> defects() {
        var key = places.getLast().path();
        return Files.exists(key) && Files.exists(places.get(1).path())
                ? new Credentials(
                                etc.resolve("issued/current/ca.pem"),
                                places.get(1).path(),
                                key,
                                Optional.of("10.0.0.1"))
                        .defect(now)
                : Optional.empty();
    }

    private void clear() throws IOException {
        for (var place : places) {
            Files.deleteIfExists(place.path());
        }
        try (var all = Files.walk(etc.resolve("issued"))) {
            for (var file : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
        assertThat(Files.exists(etc.resolve("issued"), LinkOption.NOFOLLOW_LINKS))
                .isFalse();
    }

    private IssuedFiles files(EffectWatch watch) {
        return files(Optional.empty(), watch);
    }

    private IssuedFiles files(Optional<GroupPrincipal> readers, EffectWatch watch) {
        return new IssuedFiles(etc.resolve("issued"), () -> readers, watch);
    }

    private static final class Died extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    private static final class Dying implements EffectWatch {
        private int left;

        Dying(int left) {
            this.left = left;
        }

        @Override
        public void before(String effect) {
            if (left-- == 0) {
                throw new Died();
            }
        }

        @Override
        public void after(String effect) {
            before(effect);
        }
    }
}
