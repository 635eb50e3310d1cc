package dev.meridian.agent;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.meridian.domain.machine.Digests;
import dev.meridian.domain.metadata.DiskFile;
import dev.meridian.domain.plan.NewFile;
import dev.meridian.domain.supply.Beneath;
import dev.meridian.domain.supply.Moving;
import dev.meridian.domain.supply.OwnFiles;
import dev.meridian.libvirt.OpenedFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes the files of machines on the node. Each appears whole, under its name, or not at all: what a crash leaves
 * behind is named otherwise and is made anew.
 */
final class MachineFiles {
    private static final String UNFINISHED = ".new";
    private static final String DROPPED = ".dropped";

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

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Says why the files beside it are not the machine's. */
    private static final String MOVING = "migration";

    static void mark(Path directory, Moving moving) {
        try {
            write(new NewFile(directory.resolve(MOVING).toString(), JSON.writeValueAsBytes(moving)));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @throws UncheckedIOException of a note that cannot be read: nobody knows whose the files are */
    static Optional<Moving> moving(Path directory) {
        try {
            return Optional.of(JSON.readValue(Files.readAllBytes(directory.resolve(MOVING)), Moving.class));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void keep(Path directory) {
        try {
            if (Files.deleteIfExists(directory.resolve(MOVING))) {
                sync(directory);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static OwnFiles own(Path directory) {
        if (!exist(directory)) {
            return OwnFiles.NONE;
        }
        try (var disks = Files.newDirectoryStream(directory, "*.qcow2")) {
            var paths = new TreeSet<String>();
            disks.forEach(disk -> paths.add(disk.toString()));
            return new OwnFiles(moving(directory), paths, Map.of(), Set.of(), Optional.empty());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Of those of the names that are there. */
    static Map<String, String> digests(Path directory, Set<String> names) {
        var digests = new TreeMap<String, String>();
        for (var name : names) {
            try {
                digests.put(name, Digests.sha256(Files.readAllBytes(directory.resolve(name))));
            } catch (NoSuchFileException _) {
                // It is still to be made.
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return digests;
    }

    /**
     * Removes files that are not the machine's. Whoever opens them by their names does so before, and has a domain by
     * then, or does not find them.
     *
     * @param moving what is noted of them; nothing is done where something else is
     * @param isHere whether a domain of the machine is on the node
     * @param others what else the node keeps of the machine, elsewhere
     */
    static void drop(Path directory, Moving moving, BooleanSupplier isHere, Runnable others) {
        var away = directory.resolveSibling(directory.getFileName() + DROPPED);
        try {
            if (exist(away)) {
                dropped(away, directory, isHere, others);
            }
            if (!moving(directory).equals(Optional.of(moving)) || isHere.getAsBoolean()) {
                return;
            }
            Files.move(directory, away, StandardCopyOption.ATOMIC_MOVE);
            dropped(away, directory, isHere, others);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void dropped(Path away, Path directory, BooleanSupplier isHere, Runnable others) throws IOException {
        if (isHere.getAsBoolean()) {
            if (!exist(directory)) {
                Files.move(away, directory, StandardCopyOption.ATOMIC_MOVE);
            }
            return;
        }
        others.run();
        try (var entries = Files.list(away)) {
            // By its note it is found again after a crash.
            entries.filter(entry -> !entry.endsWith(MOVING)).forEach(MachineFiles::delete);
        }
        Files.deleteIfExists(away.resolve(MOVING));
        Files.delete(away);
    }

    /** A directory whose files are noted not to be the machine's. */
    record Moved(Path directory, UUID machine, Moving moving) {}

    /** @param machines the directory of the machines' directories */
    static List<Moved> moved(Path machines) {
        if (!exist(machines)) {
            return List.of();
        }
        var found = new ArrayList<Moved>();
        try (var directories = Files.newDirectoryStream(machines)) {
            for (var directory : directories) {
                moving(directory)
                        .ifPresent(moving -> machine(directory)
                                .ifPresent(machine ->
                                        found.add(new Moved(machines.resolve(machine.toString()), machine, moving))));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }

    private static Optional<UUID> machine(Path directory) {
        var name = Objects.toString(directory.getFileName());
        var uid = name.endsWith(DROPPED) ? name.substring(0, name.length() - DROPPED.length()) : name;
        try {
            return Optional.of(UUID.fromString(uid));
        } catch (IllegalArgumentException _) {
            // An administrator's.
            return Optional.empty();
        }
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
