package dev.meridian.agent;

import dev.meridian.api.v1alpha1.Stray;
import dev.meridian.domain.metadata.MachineDocument;
import dev.meridian.domain.metadata.MachineDocuments;
import dev.meridian.domain.xml.DefinitionReader;
import dev.meridian.libvirt.Connection;
import dev.meridian.libvirt.Domain;
import dev.meridian.libvirt.XmlFlag;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;

/** Finds domains of this cluster that are not assigned to the node. */
final class Strays {
    private final String clusterId;
    private final Predicate<UUID> isAssigned;

    Strays(String clusterId, Predicate<UUID> isAssigned) {
        this.clusterId = clusterId;
        this.isAssigned = isAssigned;
    }

    List<Stray> find(Connection connection) {
        var strays = new ArrayList<Stray>();
        for (var domain : connection.listAllDomains()) {
            try (domain) {
                if (!isAssigned.test(domain.uuid())) {
                    stray(domain).ifPresent(strays::add);
                }
            }
        }
        strays.sort(Comparator.comparing(Stray::uid));
        return strays;
    }

    private Optional<Stray> stray(Domain domain) {
        return own(domain)
                .map(document -> new Stray(
                        domain.uuid().toString(),
                        document.object().namespace(),
                        document.object().name(),
                        MachineObserver.power(domain.state()).state().name()));
    }

    /** What a domain of this cluster remembers. */
    Optional<MachineDocument> own(Domain domain) {
        return document(domain).filter(document -> document.cluster().equals(clusterId));
    }

    private static Optional<MachineDocument> document(Domain domain) {
        return DefinitionReader.read(domain.xml(XmlFlag.INACTIVE))
                .document()
                .map(MachineDocuments::read)
                .flatMap(parsed -> switch (parsed) {
                    case MachineDocuments.Parsed.Document(var document) -> Optional.of(document);
                    case MachineDocuments.Parsed.NewerFormat _, MachineDocuments.Parsed.Unreadable _ ->
                        Optional.empty();
                });
    }
}
