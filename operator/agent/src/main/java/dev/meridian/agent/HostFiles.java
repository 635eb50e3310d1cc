package dev.meridian.agent;

import dev.meridian.api.v1alpha1.DiskFormat;
import dev.meridian.domain.host.FileFact;
import dev.meridian.domain.machine.DiskSource;
import dev.meridian.domain.machine.Machine;
import dev.meridian.domain.plan.Planner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

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
        machine.disks().forEach(disk -> {
            if (disk.source() instanceof DiskSource.HostPath(var path, var format)
                    && format == DiskFormat.qcow2
                    && facts.get(path) instanceof FileFact.Usable) {
                facts.put(path, qcow2(path));
            }
        });
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

    /** The same of one that is to be qcow2. */
    static FileFact qcow2File(String path) {
        var fact = of(path);
        return fact instanceof FileFact.Usable ? qcow2(path) : fact;
    }

    /** A qcow2 file that names another one would let its writer read that. */
    private static FileFact qcow2(String path) {
        try {
            return Qcow2Header.read(Path.of(path))
                    .map(HostFiles::qcow2)
                    .orElse(new FileFact.Refused("is not a qcow2 image; say format: raw, or convert it"));
        } catch (IOException e) {
            return new FileFact.Refused("cannot be read: " + e.getMessage());
        }
    }

    private static FileFact qcow2(Qcow2Header header) {
        return header.backingFile().isPresent() || header.hasDataFile()
                ? new FileFact.Refused("names a backing or data file; flatten it with qemu-img convert")
                : new FileFact.Usable();
    }

    private static int mode(Path path) throws IOException {
        return (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
    }

    private static int owner(Path path) throws IOException {
        return (int) Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    }
}
