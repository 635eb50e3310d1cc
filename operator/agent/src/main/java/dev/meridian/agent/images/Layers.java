package dev.meridian.agent.images;

import dev.meridian.domain.image.Checksum;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/** The one file that is wanted of a container image's layer; nothing else of it is unpacked. */
record Layers(Optional<String> path, Room room) {
    private static final String DIRECTORY = "disk/";

    /** @return the file's digest; empty when the layer does not have it */
    Optional<Checksum> extract(Path layer, boolean isGzip, Path to) throws IOException {
        try (var bytes = new BufferedInputStream(Files.newInputStream(layer, LinkOption.NOFOLLOW_LINKS), 1 << 16);
                var plain = isGzip ? new GZIPInputStream(bytes, 1 << 16) : bytes) {
            return extract(plain, to);
        }
    }

    private Optional<Checksum> extract(InputStream plain, Path to) throws IOException {
        var tar = new TarFile(plain);
        var found = Optional.<Checksum>empty();
        for (var entry = tar.next(); entry.isPresent(); entry = tar.next()) {
            var name = entry.get().name();
            if (!isWanted(name)) {
                continue;
            }
            switch (entry.get().kind()) {
                case FILE -> {
                    if (found.isPresent()) {
                        throw refused("has two files in %s; name one in spec.oci.path".formatted(DIRECTORY));
                    }
                    found = Optional.of(copy(tar, entry.get().bytes(), to));
                }
                case LINK -> throw refused("has a link at %s; links are not followed".formatted(name));
                case OTHER -> {}
            }
        }
        return found;
    }

    private boolean isWanted(String name) {
        return path.map(name::equals)
                .orElseGet(() -> name.startsWith(DIRECTORY)
                        && name.length() > DIRECTORY.length()
                        && name.indexOf('/', DIRECTORY.length()) < 0
                        && !name.startsWith(DIRECTORY + ".wh."));
    }

    private Checksum copy(TarFile tar, long bytes, Path to) throws IOException {
        room.demand(bytes);
        Files.deleteIfExists(to);
        try (var writer = ContentWriter.continuing(to, Checksum.Algorithm.sha256)) {
            var chunk = new byte[ContentWriter.CHUNK];
            for (var read = tar.read(chunk); read > 0; read = tar.read(chunk)) {
                writer.write(chunk, read);
            }
            return writer.finish();
        }
    }

    static ImageFailed refused(String why) {
        return ImageFailed.ofUser("ImageRefused", "%s: the image %s".formatted(OciRegistry.FIELD, why));
    }
}
