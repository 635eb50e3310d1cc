package dev.meridian.domain.network;

import dev.meridian.api.v1alpha1.DhcpServer;
import dev.meridian.api.v1alpha1.Ipv6Network;
import dev.meridian.api.v1alpha1.MacvtapMode;
import dev.meridian.api.v1alpha1.VirtualMachineNetworkSpec;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A network as its user wants it: the door at which a spec's absent fields become their defaults. */
public record Network(NetworkIdentity identity, Kind kind, Optional<Integer> mtu) {
    /** How guests are connected. */
    public sealed interface Kind {
        /**
         * A bridge that libvirt makes, with addresses of its own.
         *
         * @param given what of its addresses the spec names, so that a policy must open it
         * @param ipv6 its prefix, of 64 bits
         * @param dhcp the addresses that are given away
         */
        record Own(
                Forward forward,
                Ipv4Network ipv4,
                Optional<String> ipv6,
                Optional<Range> dhcp,
                List<String> given,
                List<String> dnsServers,
                Optional<String> domain)
                implements Kind {}

        /** A bridge that somebody else has made. */
        record Bridge(String name) implements Kind {}

        /** An interface of the node. */
        record Macvtap(String device, MacvtapMode mode) implements Kind {}

        /** A bridge of Open vSwitch that somebody else has made. */
        record Openvswitch(String bridge, Optional<Integer> vlan) implements Kind {}
    }

    /** Where the packets of guests go. */
    public enum Forward {
        Nat,
        Isolated,
        Routed
    }

    /** Addresses from the first to the last. */
    public record Range(long first, long last) {}

    /** Of 10.128.0.0/9. */
    private static final long DERIVED = 10L << 24 | 128L << 16;

    /** @throws IllegalArgumentException when the spec holds what its schema refuses */
    public static Network of(NetworkIdentity identity, VirtualMachineNetworkSpec spec) {
        return new Network(identity, kind(identity, spec), Optional.ofNullable(spec.mtu()));
    }

    private static Kind kind(NetworkIdentity identity, VirtualMachineNetworkSpec spec) {
        if (spec.nat() != null) {
            return own(
                    Forward.Nat,
                    identity,
                    spec,
                    spec.nat().cidr(),
                    spec.nat().ipv6(),
                    spec.nat().dhcp());
        }
        if (spec.isolated() != null) {
            var own = spec.isolated();
            return own(Forward.Isolated, identity, spec, own.cidr(), own.ipv6(), own.dhcp());
        }
        if (spec.routed() != null) {
            var own = spec.routed();
            return own(Forward.Routed, identity, spec, own.cidr(), own.ipv6(), own.dhcp());
        }
        if (spec.bridge() != null) {
            return new Kind.Bridge(spec.bridge().name());
        }
        if (spec.macvtap() != null) {
            var mode = spec.macvtap().mode();
            return new Kind.Macvtap(spec.macvtap().device(), mode == null ? MacvtapMode.Bridge : mode);
        }
        if (spec.openvswitch() != null) {
            return new Kind.Openvswitch(spec.openvswitch().bridge(), Optional.ofNullable(spec.vlan()));
        }
        throw new IllegalArgumentException("network %s has no kind".formatted(identity.name()));
    }

    private static Kind own(
            Forward forward,
            NetworkIdentity identity,
            VirtualMachineNetworkSpec spec,
            @Nullable String cidr,
            @Nullable Ipv6Network ipv6,
            @Nullable DhcpServer dhcp) {
        var hash = ByteBuffer.wrap(sha256(identity.uid().toString()));
        var ipv4 = Optional.ofNullable(cidr)
                .map(text -> Ipv4Network.parse(text)
                        .orElseThrow(() -> new IllegalArgumentException(text + " is no network")))
                .orElseGet(() -> new Ipv4Network(DERIVED + ((hash.getShort(0) & 0x7FFFL) << 8), 24));
        var given = new ArrayList<String>();
        Optional.ofNullable(cidr).ifPresent(given::add);
        var prefix = Optional.ofNullable(ipv6).map(v6 -> {
            if (v6.cidr() != null) {
                given.add(v6.cidr());
                return v6.cidr().substring(0, v6.cidr().indexOf('/'));
            }
            var hex = HexFormat.of().formatHex(hash.array(), 2, 9);
            return "fd%s:%s:%s:%s::"
                    .formatted(hex.substring(0, 2), hex.substring(2, 6), hex.substring(6, 10), hex.substring(10, 14));
        });
        var dns = Optional.ofNullable(spec.dns());
        return new Kind.Own(
                forward,
                ipv4,
                prefix,
                range(ipv4, dhcp),
                List.copyOf(given),
                dns.map(d -> d.servers()).orElse(List.of()),
                dns.map(d -> d.domain()));
    }

    private static Optional<Range> range(Ipv4Network ipv4, @Nullable DhcpServer dhcp) {
        if (dhcp != null && Boolean.FALSE.equals(dhcp.enabled())) {
            return Optional.empty();
        }
        var hosts = ipv4.hosts().summaryStatistics();
        return Optional.of(new Range(
                Optional.ofNullable(dhcp)
                        .map(DhcpServer::start)
                        .flatMap(Ipv4Network::address)
                        .orElse(hosts.getMin()),
                Optional.ofNullable(dhcp)
                        .map(DhcpServer::end)
                        .flatMap(Ipv4Network::address)
                        .orElse(hosts.getMax())));
    }

    static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has it", e);
        }
    }
}
