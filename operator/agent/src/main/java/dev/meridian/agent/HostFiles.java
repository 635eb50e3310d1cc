package dev.meridian.agent;

import dev.meridian.api.v1alpha1.DiskFormat;
import dev.meridian.domain.host.FileFact;
import dev.meridian.domain.machine.DiskShape;
import dev.meridian.domain.machine.Machine;
import dev.meridian.domain.plan.Planner;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Looks at files in the host's own view, without following links. */
final class HostFiles {
    private static final int GROUP_OR_OTHERS_WRITE = 0022;
    private static final int OTHERS_WRITE = 0002;
    private static final int TYPE = 0170000;
    private static final int REGULAR = 0100000;
    private static final int DIRECTORY = 0040000;

    private HostFiles() {}

    /** Facts of all files that a machine names, by path. */
    static Map<String, FileFact> of(Machine machine) {
        var facts = new HashMap<String, FileFact>();
        Planner.files(machine).forEach(path -> facts.put(path, of(path)));
        machine.disks().stream()
                .filter(disk -> disk.format() == DiskFormat.qcow2)
                .filter(disk -> facts.get(disk.path()) instanceof FileFact.Usable)
                .forEach(disk -> facts.put(disk.path(), qcow2(disk)));
        return facts;
    }

    private static FileFact of(String path) {
        try {
            return of(Path.of(path));
        } catch (InvalidPathException e) {
            return new FileFact.Refused("is no path: " + e.getReason());
        }
    }

    static FileFact of(Path file) {
        try {
            for (var directory = file.getParent(); directory != null; directory = directory.getParent()) {
                var mode = mode(directory);
                if ((mode & TYPE) != DIRECTORY) {
                    return new FileFact.Refused(
                            "leads through %s, which is no directory; links are not followed".formatted(directory));
                }
                if (owner(directory) != 0 || (mode & GROUP_OR_OTHERS_WRITE) != 0) {
                    return new FileFact.Refused(
                            "lies in %s, which others than root can change; make it root's, mode 755"
                                    .formatted(directory));
                }
            }
            var mode = mode(file);
            if ((mode & TYPE) != REGULAR) {
                return new FileFact.Refused("is not a regular file; links are not followed");
            }
            return (mode & OTHERS_WRITE) != 0
                    ? new FileFact.Refused("can be written by everybody; take that right away (chmod o-w)")
                    : new FileFact.Usable();
        } catch (NoSuchFileException _) {
            return new FileFact.Missing();
        } catch (IOException e) {
            return new FileFact.Refused("cannot be looked at: " + e.getMessage());
        }
    }

    /** A qcow2 file that names another one would let its writer read that. */
    private static FileFact qcow2(DiskShape disk) {
        var header = ByteBuffer.allocate(104);
        try (var channel =
                FileChannel.open(Path.of(disk.path()), Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
            while (header.hasRemaining() && channel.read(header) > 0) {}
        } catch (IOException e) {
            return new FileFact.Refused("cannot be read: " + e.getMessage());
        }
        if (header.position() < 72 || header.getInt(0) != 0x514649fb) {
            return new FileFact.Refused("is not a qcow2 image; say format: raw, or convert it");
        }
        var incompatible = header.getInt(4) >= 3 && header.position() >= 80 ? header.getLong(72) : 0;
        if (header.getLong(8) != 0 || (incompatible & 4) != 0) {
            return new FileFact.Refused("names a backing or data file; flatten it with qemu-img convert");
        }
        return new FileFact.Usable();
    }

    private static int mode(Path path) throws IOException {
        return (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
    }

    private static int owner(Path path) throws IOException {
        return (int) Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    }
}
