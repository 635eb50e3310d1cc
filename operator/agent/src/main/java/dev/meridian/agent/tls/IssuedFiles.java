package dev.meridian.agent.tls;

import dev.meridian.domain.certificate.HeldCertificate;
import dev.meridian.domain.effect.EffectWatch;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * What was issued to the node for one use, as files that change together: a directory for each certificate with its key and
 * its authorities, and a link to the one that counts. Where libvirt and QEMU look are links into that, which stay.
 */
public final class IssuedFiles {
    /** One of the three files. */
    public enum Part {
        AUTHORITIES("ca.pem"),
        CERTIFICATE("cert.pem"),
        KEY("key.pem");

        private final String file;

        Part(String file) {
            this.file = file;
        }
    }

    /** Where libvirt or QEMU looks for one of them. */
    public record Place(Path path, Part part) {}

    private static final String CURRENT = "current";
    private static final String PENDING = "pending.pem";
    /** In the directory of a certificate that libvirt's daemon was told of. */
    private static final String TOLD = "told";

    private static final int DIGITS = 16;

    private static final String ALL_READ = "rw-r--r--";
    private static final String GROUP_READS = "rw-r-----";
    private static final String ROOT_READS = "rw-------";
    private static final String DIRECTORY = "rwxr-xr-x";

    private final Path directory;
    private final Supplier<Optional<GroupPrincipal>> readers;
    private final EffectWatch watch;

    /** @param readers who reads the key beside root */
    public IssuedFiles(Path directory, Supplier<Optional<GroupPrincipal>> readers, EffectWatch watch) {
        this.directory = directory;
        this.readers = readers;
        this.watch = watch;
    }

    /** Empty when nothing was issued yet, or when it cannot be understood: then another is asked for. */
    public Optional<HeldCertificate> held(String believed, Instant now) throws IOException {
        try {
            var credentials = new Credentials(
                    current(Part.AUTHORITIES), current(Part.CERTIFICATE), current(Part.KEY), Optional.empty());
            return credentials.held(believed, now);
        } catch (NoSuchFileException | GeneralSecurityException _) {
            return Optional.empty();
        }
    }

    /** What is to be read there is that of these authorities. */
    public boolean tells(String believed) throws IOException {
        return read(current(Part.AUTHORITIES)).filter(believed::equals).isPresent();
    }

    /** A key for which a certificate is asked. */
    public Optional<KeyRequest> pending() throws IOException {
        return read(directory.resolve(PENDING)).flatMap(KeyRequest::of);
    }

    public void keepPending(KeyRequest pending) throws IOException {
        watch.before("KeepKey");
        makeDirectory(directory);
        var fresh = directory.resolve("." + PENDING);
        Files.deleteIfExists(fresh);
        write(fresh, pending.text(), ROOT_READS);
        Files.move(fresh, directory.resolve(PENDING), StandardCopyOption.ATOMIC_MOVE);
        sync(directory);
        watch.after("KeepKey");
    }

    public void forgetPending() throws IOException {
        watch.before("ForgetKey");
        Files.deleteIfExists(directory.resolve(PENDING));
        watch.after("ForgetKey");
    }

    /** Others read it from now on, with the key that is pending. */
    public void lay(KeyRequest of, String certificate, String believed) throws IOException {
        lay(of.key(), certificate, believed);
    }

    /** Others are believed from now on; certificate and key stay. */
    public void believe(String believed) throws IOException {
        lay(Files.readString(current(Part.KEY)), Files.readString(current(Part.CERTIFICATE)), believed);
    }

    private void lay(String key, String certificate, String believed) throws IOException {
        watch.before("LayCertificate");
        makeDirectory(directory);
        var version = directory.resolve(digest(certificate + believed));
        var fresh = directory.resolve(".new");
        remove(fresh);
        Files.createDirectory(fresh);
        Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString(DIRECTORY));
        write(fresh.resolve(Part.AUTHORITIES.file), believed, ALL_READ);
        write(fresh.resolve(Part.CERTIFICATE.file), certificate, ALL_READ);
        write(fresh.resolve(Part.KEY.file), key, ROOT_READS);
        openKey(fresh.resolve(Part.KEY.file));
        sync(fresh);
        if (!version.equals(currentDirectory())) {
            remove(version);
            Files.move(fresh, version, StandardCopyOption.ATOMIC_MOVE);
            sync(directory);
        }
        watch.after("LayCertificate");
        watch.before("SwitchCertificate");
        var link = directory.resolve("." + CURRENT);
        Files.deleteIfExists(link);
        Files.createSymbolicLink(link, version.getFileName());
        Files.move(link, directory.resolve(CURRENT), StandardCopyOption.ATOMIC_MOVE);
        sync(directory);
        watch.after("SwitchCertificate");
        removeOthers(version);
    }

    /** Who reads it may have become known since it was laid. */
    public void openKey() throws IOException {
        var key = current(Part.KEY);
        if (Files.exists(key)) {
            openKey(key);
        }
    }

    private void openKey(Path key) throws IOException {
        var group = readers.get();
        var view = Files.getFileAttributeView(key, PosixFileAttributeView.class);
        if (group.isPresent() && !group.equals(Optional.of(view.readAttributes().group()))) {
            view.setGroup(group.get());
        }
        if (group.isPresent()) {
            view.setPermissions(PosixFilePermissions.fromString(GROUP_READS));
        }
    }

    /** Whether something is there that we have not put there. */
    public boolean isForeign(Place place) throws IOException {
        return Files.exists(place.path(), LinkOption.NOFOLLOW_LINKS) && !isOurs(place);
    }

    /** Has libvirt or QEMU find it. What is there already is left alone. */
    public void link(Place place) throws IOException {
        if (!Files.exists(place.path(), LinkOption.NOFOLLOW_LINKS)) {
            watch.before("LinkCertificate");
            Files.createDirectories(place.path().getParent());
            Files.createSymbolicLink(place.path(), current(place.part()));
            watch.after("LinkCertificate");
        }
    }

    private boolean isOurs(Place place) throws IOException {
        return Files.isSymbolicLink(place.path())
                && Files.readSymbolicLink(place.path()).equals(current(place.part()));
    }

    public boolean isLaid() {
        return Files.exists(directory.resolve(CURRENT));
    }

    public boolean isTold() {
        return Files.exists(directory.resolve(CURRENT).resolve(TOLD));
    }

    /** libvirt's daemon has read what counts now. */
    public void noteTold() throws IOException {
        Files.createFile(directory.resolve(CURRENT).resolve(TOLD));
    }

    private Path current(Part part) {
        return directory.resolve(CURRENT).resolve(part.file);
    }

    private Path currentDirectory() throws IOException {
        var link = directory.resolve(CURRENT);
        return Files.isSymbolicLink(link) ? directory.resolve(Files.readSymbolicLink(link)) : link;
    }

    private void removeOthers(Path version) throws IOException {
        var stay = Set.of(version, directory.resolve(CURRENT), directory.resolve(PENDING));
        try (var all = Files.list(directory)) {
            for (var other : all.filter(path -> !stay.contains(path)).collect(Collectors.toSet())) {
                remove(other);
            }
        }
    }

    private static void remove(Path path) throws IOException {
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            try (var all = Files.list(path)) {
                for (var file : all.toList()) {
                    Files.delete(file);
                }
            }
        }
        Files.deleteIfExists(path);
    }

    private static void makeDirectory(Path path) throws IOException {
        Files.createDirectories(path);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(DIRECTORY));
    }

    private static void write(Path file, String text, String mode) throws IOException {
        var permissions = PosixFilePermissions.fromString(mode);
        try (var channel = FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(ROOT_READS)))) {
            channel.write(StandardCharsets.US_ASCII.encode(text));
            channel.force(true);
        }
        Files.setPosixFilePermissions(file, permissions);
    }

    private static void sync(Path directory) throws IOException {
        try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static Optional<String> read(Path file) throws IOException {
        try {
            return Optional.of(Files.readString(file));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }

    private static String digest(String text) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII));
            return HexFormat.of().formatHex(digest).substring(0, DIGITS);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
