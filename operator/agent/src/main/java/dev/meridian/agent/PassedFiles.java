package dev.meridian.agent;

import dev.meridian.domain.plan.PassedFile;
import dev.meridian.libvirt.Connection;
import dev.meridian.libvirt.Domain;
import dev.meridian.libvirt.OpenedFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Passes open files to a domain for one start: libvirt has them until the connection ends, and by one that lasts it would
 * keep kubelet from ever taking their file systems away.
 */
final class PassedFiles {
    private PassedFiles() {}

    static void to(String uri, UUID machine, List<PassedFile> files, Consumer<Domain> start) {
        var opened = new ArrayList<OpenedFile>();
        try (var connection = Connection.open(uri);
                var domain = connection.lookupByUUID(machine).orElseThrow()) {
            for (var file : files) {
                var open =
                        OpenedFile.open(Path.of(file.file().root()), file.file().path(), file.write());
                opened.add(open);
                domain.associate(file.group(), open);
            }
            start.accept(domain);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            opened.forEach(OpenedFile::close);
        }
    }
}
