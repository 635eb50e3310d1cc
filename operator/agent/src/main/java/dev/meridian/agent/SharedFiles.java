package dev.meridian.agent;

import dev.meridian.domain.plan.SharedFile;
import dev.meridian.libvirt.OpenedFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * Proves that another node has open what a guest has open here, and not another file of that name: libvirt is told that it
 * is the same, looks no further, and the guest would go on with whatever is there.
 */
final class SharedFiles {
    private SharedFiles() {}

    /**
     * @param open keys of the files that the guest's hypervisor has open
     * @param target the other node
     */
    static void require(List<SharedFile> files, Set<Object> open, String target) {
        try {
            for (var file : files) {
                require(file, open, target);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void require(SharedFile shared, Set<Object> open, String target) throws IOException {
        var place = shared.file().file();
        try (var file = OpenedFile.open(
                Path.of(place.root()), place.path(), shared.file().write())) {
            if (!open.contains(file.key())) {
                throw new IOException(
                        "spec.disks[%s]: the file in the claim is not the one that the guest has open; somebody has put another in its place"
                                .formatted(shared.disk()));
            }
            if (!file.isLockedByAnother(shared.mark())) {
                throw new IOException(
                        "spec.disks[%s]: node %s does not have the guest's file open: its claim is another directory there, or of a file system that does not share locks between nodes, or the node's agent or libvirt began anew"
                                .formatted(shared.disk(), target));
            }
        }
    }
}
