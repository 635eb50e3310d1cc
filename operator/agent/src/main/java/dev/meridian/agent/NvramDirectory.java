package dev.meridian.agent;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/** Where libvirt keeps the variables of machines' UEFI for us: a file of each that was once started so. */
record NvramDirectory(Path path) {
    /** One of its files. */
    void remove(String file) {
        var found = Path.of(file);
        if (!path.equals(found.getParent())) {
            throw new IllegalArgumentException(file + " is not in " + path);
        }
        try {
            Files.deleteIfExists(found);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All that is kept of a machine. */
    void remove(UUID machine) {
        try (var files = Files.newDirectoryStream(path, machine + "*.fd")) {
            for (var file : files) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
