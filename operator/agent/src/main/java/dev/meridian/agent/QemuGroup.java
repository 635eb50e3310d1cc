package dev.meridian.agent;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.attribute.GroupPrincipal;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The group as which QEMU runs on the node: QEMU itself reads the key that it shows another. */
final class QemuGroup implements Supplier<Optional<GroupPrincipal>> {
    private final LibvirtLink link;
    private final MigrationCredentials settings;

    QemuGroup(LibvirtLink link, MigrationCredentials settings) {
        this.link = link;
        this.settings = settings;
    }

    /** In libvirt's words; before it is reached, as its settings say it or by the names that distributions have for it. */
    @Override
    public Optional<GroupPrincipal> get() {
        return Stream.of(
                        link.session().flatMap(LibvirtSession::qemuGroup),
                        settings.qemuGroup(),
                        Optional.of("libvirt-qemu"),
                        Optional.of("qemu"))
                .flatMap(Optional::stream)
                .flatMap(name -> find(name).stream())
                .findFirst();
    }

    /** @param name or number */
    private static Optional<GroupPrincipal> find(String name) {
        try {
            return Optional.of(
                    FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByGroupName(name));
        } catch (IOException _) {
            return Optional.empty();
        }
    }
}
