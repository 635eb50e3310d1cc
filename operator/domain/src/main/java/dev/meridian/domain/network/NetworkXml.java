package dev.meridian.domain.network;

import static dev.meridian.domain.xml.El.el;

import dev.meridian.domain.xml.El;
import java.util.Locale;
import java.util.Optional;

/** The definition of a network, as libvirt is told of it. */
public final class NetworkXml {
    /** XML namespace of our element in {@code <metadata>}, by which a network is ours. */
    public static final String METADATA_NAMESPACE = "https://meridian.dev/network/v1";

    private NetworkXml() {}

    public static String of(Network network, String clusterId) {
        var identity = network.identity();
        var element = el("network")
                .with(el("name").text(identity.libvirtName()))
                .with(el("uuid").text(identity.uid()))
                .with(el("metadata")
                        .with(el("meridian:network")
                                .with("xmlns:meridian", METADATA_NAMESPACE)
                                .with("cluster", clusterId)
                                .with("namespace", identity.namespace())
                                .with("name", identity.name())));
        return (switch (network.kind()) {
                    case Network.Kind.Own own -> own(element, network, own);
                    case Network.Kind.Bridge(var name) ->
                        element.with(el("forward").with("mode", "bridge"))
                                .with(el("bridge").with("name", name))
                                .with(mtu(network));
                    case Network.Kind.Macvtap(var device, var mode) ->
                        element.with(el("forward")
                                .with("mode", mode.name().toLowerCase(Locale.ROOT))
                                .with(el("interface").with("dev", device)));
                    case Network.Kind.Openvswitch(var bridge, var vlan) ->
                        element.with(el("forward").with("mode", "bridge"))
                                .with(el("bridge").with("name", bridge))
                                .with(mtu(network))
                                .with(el("virtualport").with("type", "openvswitch"))
                                .with(vlan.map(id -> el("vlan").with(el("tag").with("id", id))));
                })
                .toXml();
    }

    private static El own(El element, Network network, Network.Kind.Own own) {
        return element.with(forward(own))
                .with(el("bridge").with("name", network.identity().bridgeName()).with("stp", "off"))
                .with(mtu(network))
                .with(own.domain()
                        .map(domain -> el("domain").with("name", domain).with("localOnly", "yes")))
                .with(
                        own.dnsServers().isEmpty()
                                ? Optional.empty()
                                : Optional.of(el("dns")
                                        .with(own.dnsServers().stream()
                                                .map(server -> el("forwarder").with("addr", server))
                                                .toList())))
                .with(el("ip").with("address", Ipv4Network.text(own.ipv4().gateway()))
                        .with("prefix", own.ipv4().prefix())
                        .with(own.dhcp()
                                .map(range -> el("dhcp")
                                        .with(el("range")
                                                .with("start", Ipv4Network.text(range.first()))
                                                .with("end", Ipv4Network.text(range.last()))))))
                .with(own.ipv6()
                        .map(prefix -> el("ip").with("family", "ipv6")
                                .with("address", prefix + "1")
                                .with("prefix", 64)));
    }

    /** Without {@code <forward>} no packet leaves the network. */
    private static Optional<El> forward(Network.Kind.Own own) {
        return switch (own.forward()) {
            case Isolated -> Optional.empty();
            case Routed -> Optional.of(el("forward").with("mode", "route"));
            case Nat ->
                Optional.of(el("forward")
                        .with("mode", "nat")
                        .with(own.ipv6().map(_ -> el("nat").with("ipv6", "yes"))));
        };
    }

    private static Optional<El> mtu(Network network) {
        return network.mtu().map(size -> el("mtu").with("size", size));
    }
}
