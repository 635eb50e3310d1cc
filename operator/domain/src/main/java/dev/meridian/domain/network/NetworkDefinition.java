package dev.meridian.domain.network;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * What a libvirt network's XML tells.
 *
 * @param owner the object whose network it is, with its cluster; of a foreign one nothing
 * @param hosts addresses that it keeps for interfaces
 * @param addresses its IPv4 addresses
 */
public record NetworkDefinition(Optional<Owner> owner, List<DhcpHost> hosts, List<Ipv4Network> addresses) {
    /** Who has it made. */
    public record Owner(String cluster, NetworkIdentity object) {}

    private static final XMLInputFactory FACTORY = factory();

    /** @throws IllegalArgumentException when the text is no XML */
    public static NetworkDefinition read(String xml) {
        try {
            var in = FACTORY.createXMLStreamReader(new StringReader(xml));
            var uuid = Optional.<UUID>empty();
            var owner = Optional.<Owner>empty();
            var hosts = new ArrayList<DhcpHost>();
            var addresses = new ArrayList<Ipv4Network>();
            while (in.hasNext()) {
                if (in.next() == XMLStreamConstants.START_ELEMENT) {
                    switch (in.getLocalName()) {
                        case "uuid" -> uuid = Optional.of(UUID.fromString(in.getElementText()));
                        case "network" -> {
                            if (NetworkXml.METADATA_NAMESPACE.equals(in.getNamespaceURI())) {
                                owner = uuid.flatMap(id -> owner(in, id));
                            }
                        }
                        case "host" -> host(in).ifPresent(hosts::add);
                        case "ip" -> addresses(in).ifPresent(addresses::add);
                        default -> {}
                    }
                }
            }
            return new NetworkDefinition(owner, List.copyOf(hosts), List.copyOf(addresses));
        } catch (XMLStreamException e) {
            throw new IllegalArgumentException("network XML: " + e.getMessage(), e);
        }
    }

    private static Optional<Owner> owner(XMLStreamReader in, UUID uuid) {
        return attribute(in, "cluster")
                .map(cluster -> new Owner(
                        cluster,
                        new NetworkIdentity(
                                attribute(in, "namespace").orElse(""),
                                attribute(in, "name").orElse(""),
                                uuid)));
    }

    /** DNS has elements of that name too. */
    private static Optional<DhcpHost> host(XMLStreamReader in) {
        return attribute(in, "mac")
                .map(mac -> new DhcpHost(
                        mac,
                        attribute(in, "name").orElse(""),
                        attribute(in, "ip").orElse("")));
    }

    private static Optional<Ipv4Network> addresses(XMLStreamReader in) {
        return attribute(in, "address")
                .flatMap(Ipv4Network::address)
                .flatMap(address ->
                        prefix(in).map(prefix -> new Ipv4Network(address & -(1L << (32 - prefix)), prefix)));
    }

    private static Optional<Integer> prefix(XMLStreamReader in) {
        return attribute(in, "prefix")
                .map(Integer::valueOf)
                .or(() -> attribute(in, "netmask").flatMap(Ipv4Network::address).map(Long::bitCount));
    }

    private static Optional<String> attribute(XMLStreamReader in, String name) {
        return Optional.ofNullable(in.getAttributeValue(null, name));
    }

    private static XMLInputFactory factory() {
        var factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        return factory;
    }
}
