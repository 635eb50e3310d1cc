package dev.meridian.agent;

import dev.meridian.agent.tls.Credentials;
import dev.meridian.agent.tls.Defect;
import dev.meridian.agent.tls.IssuedFiles.Part;
import dev.meridian.agent.tls.IssuedFiles.Place;
import dev.meridian.domain.certificate.MigrationUse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What libvirt and QEMU of the node show of themselves in a migration by TLS, in the files in which they look for it: those
 * that their settings name, else the usual ones below /etc/pki.
 */
final class MigrationCredentials {
    private static final Pattern SETTING = Pattern.compile("^\\s*(\\w+)\\s*=\\s*\"([^\"]*)\"", Pattern.MULTILINE);

    private final Path etc;

    MigrationCredentials() {
        this(Path.of("/etc"));
    }

    /** @param etc the node's /etc */
    MigrationCredentials(Path etc) {
        this.etc = etc;
    }

    /** The authorities whose certificates libvirt takes of other nodes. */
    Path authorities() {
        return etc.resolve("pki/CA/cacert.pem");
    }

    Optional<Defect> defect(MigrationUris uris, Instant now) {
        return all(uris).flatMap(one -> one.defect(now).stream()).findFirst();
    }

    /** The one that expires first, with when. */
    Optional<Map.Entry<Path, Instant>> firstToExpire(MigrationUris uris) {
        return all(uris)
                .flatMap(one -> one.expiry().map(expiry -> Map.entry(one.certificate(), expiry)).stream())
                .min(Comparator.comparing(Map.Entry::getValue));
    }

    /** Below it lies what was issued, where QEMU may read as well (AppArmor's abstractions/libvirt-qemu). */
    Path issued(MigrationUse use) {
        return etc.resolve("pki").resolve(use.word()).resolve("meridian");
    }

    /** Where one of the two looks. */
    List<Place> places(MigrationUse use, MigrationUris uris) {
        return (switch (use) {
                    case LIBVIRT -> ofLibvirt(uris);
                    case QEMU -> ofQemu(uris);
                })
                .stream()
                        .flatMap(one -> Stream.of(
                                new Place(one.authorities(), Part.AUTHORITIES),
                                new Place(one.certificate(), Part.CERTIFICATE),
                                new Place(one.key(), Part.KEY)))
                        .distinct()
                        .toList();
    }

    /** The group as which QEMU runs, if the settings say so. */
    Optional<String> qemuGroup() {
        return Optional.ofNullable(settings("qemu.conf").get("group")).map(group -> group.replaceFirst("^\\+", ""));
    }

    Map<String, String> qemuSettings() {
        return settings("qemu.conf");
    }

    private Stream<Credentials> all(MigrationUris uris) {
        return Stream.of(ofLibvirt(uris), ofQemu(uris)).flatMap(List::stream);
    }

    private List<Credentials> ofLibvirt(MigrationUris uris) {
        var daemon = settings("libvirtd.conf");
        var libvirt = etc.resolve("pki/libvirt");
        return List.of(
                new Credentials(
                        path(daemon, "ca_file", authorities()),
                        path(daemon, "cert_file", libvirt.resolve("servercert.pem")),
                        path(daemon, "key_file", libvirt.resolve("private/serverkey.pem")),
                        Optional.of(uris.libvirtHost())),
                new Credentials(
                        authorities(),
                        libvirt.resolve("clientcert.pem"),
                        libvirt.resolve("private/clientkey.pem"),
                        Optional.empty()));
    }

    private List<Credentials> ofQemu(MigrationUris uris) {
        var qemu = qemu(settings("qemu.conf"));
        return List.of(
                new Credentials(
                        qemu.resolve("ca-cert.pem"),
                        qemu.resolve("server-cert.pem"),
                        qemu.resolve("server-key.pem"),
                        Optional.of(uris.qemuHost())),
                new Credentials(
                        qemu.resolve("ca-cert.pem"),
                        qemu.resolve("client-cert.pem"),
                        qemu.resolve("client-key.pem"),
                        Optional.empty()));
    }

    /** Of those for migrations, as libvirt chooses it. */
    private Path qemu(Map<String, String> settings) {
        var usual = etc.resolve("pki/libvirt-migrate");
        return Optional.ofNullable(settings.get("migrate_tls_x509_cert_dir"))
                .map(Path::of)
                .orElseGet(() -> Files.isDirectory(usual)
                        ? usual
                        : path(settings, "default_tls_x509_cert_dir", etc.resolve("pki/qemu")));
    }

    private static Path path(Map<String, String> settings, String name, Path usual) {
        return Optional.ofNullable(settings.get(name)).map(Path::of).orElse(usual);
    }

    /** Texts alone; none of a file that is not there: then libvirt has its own. */
    private Map<String, String> settings(String file) {
        try {
            return SETTING.matcher(Files.readString(etc.resolve("libvirt").resolve(file)))
                    .results()
                    .collect(Collectors.toMap(r -> r.group(1), MigrationCredentials::value, (_, last) -> last));
        } catch (IOException _) {
            return Map.of();
        }
    }

    private static String value(MatchResult setting) {
        return setting.group(2);
    }
}
