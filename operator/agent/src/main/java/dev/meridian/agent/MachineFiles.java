package dev.meridian.agent;

import dev.meridian.domain.metadata.DiskFile;
import dev.meridian.domain.plan.NewFile;
import dev.meridian.domain.supply.Beneath;
import dev.meridian.libvirt.OpenedFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes the files of machines on the node. Each appears whole, under its name, or not at all: what a crash leaves
 * behind is named otherwise and is made anew.
 */
final class MachineFiles {
    private static final String UNFINISHED = ".new";

    private MachineFiles() {}

    static void makeDisk(Path file, long sizeBytes, @Nullable DiskFile image, boolean copied) {
        make(file, unfinished -> {
            if (image == null) {
                QemuImg.create(unfinished, sizeBytes);
            } else if (copied) {
                QemuImg.copy(image, unfinished);
                QemuImg.resize(unfinished, sizeBytes);
            } else {
                QemuImg.createAbove(image, unfinished, sizeBytes);
            }
        });
    }

    static void write(NewFile file) {
        make(Path.of(file.path()), unfinished -> {
            try (var out = FileChannel.open(
                    unfinished,
                    Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
                var content = ByteBuffer.wrap(file.content());
                while (content.hasRemaining()) {
                    out.write(content);
                }
            }
        });
    }

    /** What may fail as files do. */
    private interface Making {
        void at(Path unfinished) throws IOException;
    }

    private static void make(Path file, Making making) {
        var directory = Objects.requireNonNull(file.getParent());
        var unfinished = file.resolveSibling(file.getFileName() + UNFINISHED);
        try {
            createDirectory(directory);
            Files.deleteIfExists(unfinished);
            try {
                making.at(unfinished);
                sync(unfinished);
                Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                // A full disk is not to be kept full by what could not be finished.
                Files.deleteIfExists(unfinished);
            }
            sync(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The hypervisor passes through, and may not list what is there. */
    private static void createDirectory(Path directory) throws IOException {
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectories(directory);
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
        }
    }

    static void sync(Path path) throws IOException {
        try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    static void growDisk(Path file, long sizeBytes) {
        QemuImg.resize(file, sizeBytes);
    }

    /** In the file system of a claim, which others may write in as well. */
    static void growClaim(Beneath file, long sizeBytes) {
        try (var opened = OpenedFile.make(Path.of(file.root()), file.path())) {
            opened.growTo(sizeBytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static boolean exist(Path directory) {
        return Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS);
    }

    /** Removes a machine's directory with what we made there; links are removed, not followed. */
    static void remove(Path directory) {
        try (var entries = Files.list(directory)) {
            entries.forEach(MachineFiles::delete);
            Files.delete(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
