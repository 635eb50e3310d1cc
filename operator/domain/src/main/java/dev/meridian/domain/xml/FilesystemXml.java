package dev.meridian.domain.xml;

import static dev.meridian.domain.xml.El.el;

import dev.meridian.domain.machine.FilesystemShape;
import dev.meridian.domain.machine.Machine;
import dev.meridian.domain.metadata.MachineDocument;
import java.util.List;

/**
 * The {@code <filesystem>} elements. libvirt starts a virtiofsd for each, which makes the directory the root of a mount
 * namespace of its own before the guest can ask it for anything.
 */
final class FilesystemXml {
    private FilesystemXml() {}

    static List<El> of(Machine machine, MachineDocument document, Addresses addresses) {
        return machine.filesystems().stream()
                .map(filesystem -> addresses.addressed(
                        el("filesystem")
                                .with("type", "mount")
                                .with("accessmode", "passthrough")
                                .with(el("driver").with("type", "virtiofs"))
                                .with(el("source").with("dir", directory(filesystem, document)))
                                .with(el("target").with("dir", filesystem.name())),
                        key(filesystem)))
                .toList();
    }

    private static String directory(FilesystemShape filesystem, MachineDocument document) {
        var directory = document.filesystems().get(filesystem.name());
        if (directory == null) {
            throw new IllegalStateException("the document does not know file system " + filesystem.name());
        }
        return directory;
    }

    static String key(FilesystemShape filesystem) {
        return "ua-filesystem-" + filesystem.name();
    }
}
