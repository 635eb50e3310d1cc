package dev.meridian.agent.images;

import dev.meridian.api.v1alpha1.ImageFormat;
import dev.meridian.domain.image.Ageing;
import dev.meridian.domain.image.Checksum;
import dev.meridian.domain.image.ImageContent;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The cache's directory. {@code content} has the files by their digests, which others can pass through but not list;
 * {@code sources} which digest a source gave; {@code objects} which digest was given to an object; {@code partial} what
 * is not whole yet; {@code damaged} what machines still need of files that were found damaged.
 */
final class ImageStore {
    /** What a file in content is. */
    private record ContentNote(ImageFormat format, long virtualSizeBytes, long sizeBytes) {}

    /**
     * What a source gave.
     *
     * @param isOpen whether it is given to everybody who asks: without credentials, at an address that no policy had to open
     * @param manifest digest of an OCI image's manifest
     */
    record SourceNote(
            String digest,
            @Nullable String etag,
            @Nullable String lastModified,
            @Nullable String manifest,
            boolean isOpen) {
        Partial.Validators validators() {
            return new Partial.Validators(etag, lastModified);
        }
    }

    /** What an object was given. */
    private record ObjectNote(String source, String digest, ImageOwner owner) {}

    private final Path content;
    private final Path sources;
    private final Path objects;
    private final Path partial;
    private final Path damaged;

    ImageStore(Path directory) throws IOException {
        Files.createDirectories(directory);
        // QEMU, which may not be root, opens files in it by their names.
        permit(directory, "rwx--x--x");
        content = made(directory.resolve("content"), "rwx--x--x");
        sources = made(directory.resolve("sources"), "rwx------");
        objects = made(directory.resolve("objects"), "rwx------");
        partial = made(directory.resolve("partial"), "rwx------");
        damaged = made(directory.resolve("damaged"), "rwx------");
    }

    private static Path made(Path directory, String permissions) throws IOException {
        Files.createDirectories(directory);
        permit(directory, permissions);
        return directory;
    }

    /** What has them already is left alone: on a file system that takes nothing the agent starts, and reads. */
    private static void permit(Path path, String permissions) throws IOException {
        var wished = PosixFilePermissions.fromString(permissions);
        if (!Files.getPosixFilePermissions(path).equals(wished)) {
            Files.setPosixFilePermissions(path, wished);
        }
    }

    Optional<SourceNote> source(String key) throws IOException {
        return Notes.read(sources.resolve(name(key)), SourceNote.class);
    }

    void remember(String key, SourceNote note) throws IOException {
        Notes.write(sources.resolve(name(key)), note);
    }

    /** Whether the object was given what the source gave. */
    boolean wasGiven(ImageOwner owner, String key, String digest) throws IOException {
        return Notes.read(objects.resolve(name(owner.uid())), ObjectNote.class)
                .filter(new ObjectNote(name(key), digest, owner)::equals)
                .isPresent();
    }

    void given(ImageOwner owner, String key, String digest) throws IOException {
        if (!wasGiven(owner, key, digest)) {
            Notes.write(objects.resolve(name(owner.uid())), new ObjectNote(name(key), digest, owner));
        }
    }

    /** The objects that were given a digest are given it no longer. */
    List<ImageOwner> taken(Checksum digest) throws IOException {
        var owners = new ArrayList<ImageOwner>();
        try (var notes = Files.newDirectoryStream(objects)) {
            for (var file : notes) {
                var note = Notes.read(file, ObjectNote.class)
                        .filter(given -> given.digest().equals(digest.toString()));
                if (note.isPresent()) {
                    owners.add(note.get().owner());
                    Files.deleteIfExists(file);
                }
            }
        }
        return owners;
    }

    /** The file of a digest; one that does not have its size any more is none. */
    Optional<CachedImage> find(Checksum digest) throws IOException {
        var note = Notes.read(note(digest), ContentNote.class);
        var file = file(digest);
        if (note.isEmpty()
                || !Files.isRegularFile(file)
                || Files.size(file) != note.get().sizeBytes()) {
            return Optional.empty();
        }
        return Optional.of(new CachedImage(
                file,
                new ImageContent(note.get().format(), note.get().virtualSizeBytes()),
                note.get().sizeBytes(),
                digest));
    }

    /** A machine is to use it. */
    void used(Checksum digest, Instant now) throws IOException {
        Files.setLastModifiedTime(note(digest), FileTime.from(now));
    }

    /** Takes a file in whose digest is this one. It is there whole or not at all. */
    CachedImage take(Path file, Checksum digest, ImageContent what) throws IOException {
        var size = Files.size(file);
        permit(file, "r--r--r--");
        Files.move(file, file(digest), StandardCopyOption.ATOMIC_MOVE);
        Notes.write(note(digest), new ContentNote(what.format(), what.virtualSizeBytes(), size));
        try (var directory = FileChannel.open(content, StandardOpenOption.READ)) {
            directory.force(true);
        }
        Files.deleteIfExists(damaged(digest));
        return new CachedImage(file(digest), what, size, digest);
    }

    /** It was read whole, and is what its digest says: a file's time says when that was last found. */
    void verified(Checksum digest, Instant now) throws IOException {
        Files.setLastModifiedTime(file(digest), FileTime.from(now));
    }

    /** Its content is another now. A guest that runs on it goes on; nobody begins with it. */
    void putAside(Checksum digest) throws IOException {
        Files.deleteIfExists(note(digest));
        Files.move(file(digest), damaged(digest), StandardCopyOption.ATOMIC_MOVE);
    }

    /** What was put aside is kept while a disk lies above it, and until it is here whole again. */
    void removeDamaged(Set<String> inUse) throws IOException {
        try (var files = Files.newDirectoryStream(damaged)) {
            for (var file : files) {
                if (!inUse.contains(file.getFileName().toString().replaceFirst("-", ":"))) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    void remove(Checksum digest) throws IOException {
        Files.deleteIfExists(note(digest));
        Files.deleteIfExists(file(digest));
    }

    List<Ageing.Kept> kept() throws IOException {
        var kept = new ArrayList<Ageing.Kept>();
        try (var notes = Files.newDirectoryStream(content, "*.json")) {
            for (var note : notes) {
                kept(note).ifPresent(kept::add);
            }
        }
        return kept;
    }

    private Optional<Ageing.Kept> kept(Path note) throws IOException {
        try {
            var digest = Checksum.parse(
                    note.getFileName().toString().replaceFirst("\\.json$", "").replaceFirst("-", ":"));
            return Optional.of(new Ageing.Kept(
                    digest.toString(),
                    Files.size(file(digest)),
                    Files.getLastModifiedTime(note).toInstant(),
                    Files.getLastModifiedTime(file(digest)).toInstant()));
        } catch (NoSuchFileException | IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /** What is not whole yet of a content; the same for whoever wants it. */
    Partial partial(String key) {
        var name = name(key);
        return new Partial(partial.resolve(name), partial.resolve(name + ".json"));
    }

    /** Nobody goes on with what was left so long ago. */
    void removePartials(Instant before) throws IOException {
        try (var files = Files.newDirectoryStream(partial)) {
            for (var file : files) {
                if (Files.getLastModifiedTime(file).toInstant().isBefore(before)) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    long freeBytes() throws IOException {
        return Files.getFileStore(content).getUsableSpace();
    }

    private Path file(Checksum digest) {
        return content.resolve(digest.algorithm() + "-" + digest.hex());
    }

    private Path damaged(Checksum digest) {
        return damaged.resolve(digest.algorithm() + "-" + digest.hex());
    }

    private Path note(Checksum digest) {
        return content.resolve(digest.algorithm() + "-" + digest.hex() + ".json");
    }

    private static String name(String key) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
