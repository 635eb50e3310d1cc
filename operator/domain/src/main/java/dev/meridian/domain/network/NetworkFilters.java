package dev.meridian.domain.network;

import static dev.meridian.domain.xml.El.el;

import dev.meridian.domain.xml.El;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What guests on a network may send, as libvirt's network filters. They keep a guest from the addresses of others and,
 * on a network of the node's own, from the node itself: its DHCP and DNS server answer, its other services do not.
 */
public final class NetworkFilters {
    /** The ports from which the node asks: what a guest answers there is no request. */
    private static final int EPHEMERAL_FIRST = 32768;

    private static final int EPHEMERAL_LAST = 60999;

    /** Nothing else has a port between them, and a rule more is a process more at each start. */
    private static final int DNS = 53;

    private static final int DHCP = 67;

    /** How much a filter asks of the sender. */
    private enum Strictness {
        /** Nothing: it may send under any address. */
        Host,
        /** Its own MAC. */
        Mac,
        /** Its own MAC and the IP address that the network gave it. */
        Address
    }

    private NetworkFilters() {}

    /**
     * The filter of an interface; a bridge of Open vSwitch and macvtap have none.
     *
     * @param address whether the network has given it one
     */
    public static Optional<String> name(Network network, boolean spoofing, boolean address) {
        return switch (network.kind()) {
            case Network.Kind.Own _ ->
                Optional.of(name(network, spoofing ? Strictness.Host : address ? Strictness.Address : Strictness.Mac));
            case Network.Kind.Bridge _ -> spoofing ? Optional.empty() : Optional.of(name(network, Strictness.Mac));
            case Network.Kind.Macvtap _, Network.Kind.Openvswitch _ -> Optional.empty();
        };
    }

    /** All names that filters of a network may have. */
    public static List<String> names(String libvirtName) {
        return List.of(Strictness.values()).stream()
                .map(strictness -> name(libvirtName, strictness))
                .toList();
    }

    /** @param nodeAddresses the node's own IPv4 addresses */
    public static List<String> of(Network network, List<String> nodeAddresses) {
        return switch (network.kind()) {
            case Network.Kind.Own own ->
                List.of(Strictness.values()).stream()
                        .map(strictness -> filter(network, strictness, rules(own, strictness, nodeAddresses)))
                        .toList();
            case Network.Kind.Bridge _ -> List.of(filter(network, Strictness.Mac, ownMac()));
            case Network.Kind.Macvtap _, Network.Kind.Openvswitch _ -> List.of();
        };
    }

    private static String name(Network network, Strictness strictness) {
        return name(network.identity().libvirtName(), strictness);
    }

    private static String name(String libvirtName, Strictness strictness) {
        return libvirtName
                + switch (strictness) {
                    case Host -> "-host";
                    case Mac -> "-mac";
                    case Address -> "-address";
                };
    }

    private record Rule(String action, El match) {}

    private static String filter(Network network, Strictness strictness, List<Rule> rules) {
        var name = name(network, strictness);
        var elements = new ArrayList<El>();
        elements.add(el("uuid").text(UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8))));
        rules.forEach(rule -> elements.add(el("rule")
                .with("action", rule.action())
                .with("direction", "out")
                .with("priority", elements.size())
                .with(rule.match())));
        return el("filter")
                .with("name", name)
                .with("chain", "root")
                .with(elements)
                .toXml();
    }

    private static List<Rule> rules(Network.Kind.Own own, Strictness strictness, List<String> nodeAddresses) {
        var rules = new ArrayList<Rule>();
        switch (strictness) {
            case Host -> {}
            case Mac -> rules.addAll(ownMac());
            case Address -> {
                rules.addAll(ownMac());
                rules.add(drop(el("arp").with("match", "no").with("arpsrcipaddr", "$IP")));
            }
        }
        rules.add(accept(el("ip").with("srcipaddr", "0.0.0.0")
                .with("dstipaddr", "255.255.255.255")
                .with("protocol", "udp")
                .with("srcportstart", 68)
                .with("dstportstart", 67)));
        if (strictness == Strictness.Address) {
            rules.add(drop(el("ip").with("match", "no").with("srcipaddr", "$IP")));
        }
        rules.addAll(node(own, nodeAddresses));
        rules.addAll(ipv6(own));
        return rules;
    }

    private static List<Rule> ownMac() {
        return List.of(
                drop(el("mac").with("match", "no").with("srcmacaddr", "$MAC")),
                drop(el("arp").with("match", "no").with("arpsrcmacaddr", "$MAC")));
    }

    private static List<Rule> node(Network.Kind.Own own, List<String> nodeAddresses) {
        var rules = new ArrayList<Rule>();
        var gateway = el("ip").with("dstipaddr", Ipv4Network.text(own.ipv4().gateway()));
        rules.add(accept(gateway.with("protocol", "icmp")));
        rules.addAll(services(gateway));
        rules.add(drop(gateway));
        switch (own.forward()) {
            case Isolated ->
                rules.add(drop(el("ip").with("match", "no")
                        .with("dstipaddr", Ipv4Network.text(own.ipv4().base()))
                        .with("dstipmask", own.ipv4().prefix())));
            case Nat, Routed -> nodeAddresses.forEach(address -> rules.add(drop(el("ip").with("dstipaddr", address))));
        }
        return rules;
    }

    /** A guest makes its addresses itself: any of the prefix is its own. It announces no routes. */
    private static List<Rule> ipv6(Network.Kind.Own own) {
        if (own.ipv6().isEmpty()) {
            return List.of(drop(el("ipv6")));
        }
        var prefix = own.ipv6().get();
        var gateway = el("ipv6").with("dstipaddr", prefix + "1");
        var rules = new ArrayList<Rule>();
        rules.add(drop(el("ipv6").with("protocol", "icmpv6").with("type", 134)));
        rules.add(accept(
                el("ipv6").with("srcipaddr", "fe80::").with("srcipmask", 10).with("protocol", "icmpv6")));
        rules.add(accept(el("ipv6").with("srcipaddr", "::").with("protocol", "icmpv6")));
        rules.add(drop(el("ipv6").with("match", "no").with("srcipaddr", prefix).with("srcipmask", 64)));
        rules.add(accept(gateway.with("protocol", "icmpv6")));
        rules.addAll(services(gateway));
        rules.add(drop(gateway));
        switch (own.forward()) {
            case Isolated ->
                rules.add(drop(
                        el("ipv6").with("match", "no").with("dstipaddr", prefix).with("dstipmask", 64)));
            case Nat, Routed ->
                rules.add(drop(el("ipv6").with("dstipaddr", "fe80::").with("dstipmask", 10)));
        }
        return rules;
    }

    private static List<Rule> services(El gateway) {
        var rules = new ArrayList<Rule>();
        for (var protocol : List.of("udp", "tcp")) {
            var to = gateway.with("protocol", protocol);
            rules.add(accept(to.with("dstportstart", DNS).with("dstportend", DHCP)));
            rules.add(accept(to.with("dstportstart", EPHEMERAL_FIRST).with("dstportend", EPHEMERAL_LAST)));
        }
        return rules;
    }

    private static Rule drop(El match) {
        return new Rule("drop", match);
    }

    private static Rule accept(El match) {
        return new Rule("accept", match);
    }
}
