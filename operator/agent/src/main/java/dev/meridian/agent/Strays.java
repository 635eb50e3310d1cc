package dev.meridian.agent;

import dev.meridian.api.v1alpha1.Stray;
import dev.meridian.domain.machine.Identity;
import dev.meridian.domain.metadata.MachineDocument;
import dev.meridian.domain.metadata.MachineDocuments;
import dev.meridian.domain.xml.Definition;
import dev.meridian.domain.xml.DefinitionReader;
import dev.meridian.libvirt.Connection;
import dev.meridian.libvirt.Domain;
import dev.meridian.libvirt.XmlFlag;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/** Finds domains of this cluster that are not assigned to the node, and definitions that hold a place for them. */
final class Strays {
    private final String clusterId;
    private final Predicate<UUID> isAssigned;
    private final BiConsumer<Identity, String> place;

    /** @param place told whose place is held for a migration, by its uid */
    Strays(String clusterId, Predicate<UUID> isAssigned, BiConsumer<Identity, String> place) {
        this.clusterId = clusterId;
        this.isAssigned = isAssigned;
        this.place = place;
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
        var definition = DefinitionReader.read(domain.xml(XmlFlag.INACTIVE));
        definition
                .coming()
                .filter(coming -> coming.cluster().equals(clusterId))
                .ifPresent(coming -> place.accept(
                        new Identity(coming.namespace(), coming.name(), domain.uuid()), coming.migration()));
        return own(definition)
                .map(document -> new Stray(
                        domain.uuid().toString(),
                        document.object().namespace(),
                        document.object().name(),
                        MachineObserver.power(domain.state()).state().name()));
    }

    /** What a domain of this cluster remembers. */
    Optional<MachineDocument> own(Domain domain) {
        return own(DefinitionReader.read(domain.xml(XmlFlag.INACTIVE)));
    }

    private Optional<MachineDocument> own(Definition definition) {
        return document(definition).filter(document -> document.cluster().equals(clusterId));
    }

    private static Optional<MachineDocument> document(Definition definition) {
        return definition.document().map(MachineDocuments::read).flatMap(parsed -> switch (parsed) {
            case MachineDocuments.Parsed.Document(var document) -> Optional.of(document);
            case MachineDocuments.Parsed.NewerFormat _, MachineDocuments.Parsed.Unreadable _ -> Optional.empty();
        });
    }
}
