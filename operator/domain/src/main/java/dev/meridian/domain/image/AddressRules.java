package dev.meridian.domain.image;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Which addresses a node asks for the images of one namespace: all but those that would lend a tenant the node's place
 * in the cluster's network.
 *
 * @param cluster of services, pods, nodes, the API server
 */
public record AddressRules(List<Cidr> cluster, OpenedSources opened) {
    /** Only this host; no network's address. */
    private static final Cidr THIS_NETWORK = Cidr.parse("0.0.0.0/8");

    private static final Cidr BROADCAST = Cidr.parse("255.255.255.255/32");

    /** What a server's address is to the namespace. */
    public sealed interface Verdict {
        /** Everybody's. */
        record Open() implements Verdict {}

        /** This namespace's, because a policy says so. */
        record OpenedByPolicy() implements Verdict {}

        /** Nobody's; {@code why} completes the sentence "the address is ...". */
        record Refused(String why) implements Verdict {}
    }

    public AddressRules {
        cluster = List.copyOf(cluster);
    }

    /** @param host as it stands in the source, which may be the address itself */
    public Verdict judge(String host, InetAddress address) {
        var closed = closed(address);
        if (closed.isEmpty()) {
            return new Verdict.Open();
        }
        return opened.opens(host, address) ? new Verdict.OpenedByPolicy() : new Verdict.Refused(closed.get());
    }

    private Optional<String> closed(InetAddress address) {
        if (address.isLoopbackAddress()) {
            return Optional.of("a loopback address");
        }
        if (address.isAnyLocalAddress() || THIS_NETWORK.contains(address) || BROADCAST.contains(address)) {
            return Optional.of("no server's address");
        }
        if (address.isLinkLocalAddress()) {
            return Optional.of("a link-local address");
        }
        if (address.isMulticastAddress()) {
            return Optional.of("a multicast address");
        }
        if (cluster.stream().anyMatch(cidr -> cidr.contains(address))) {
            return Optional.of("an address of the cluster");
        }
        return carried(address).flatMap(this::closed);
    }

    /** The IPv4 address that a translator or tunnel would make of it: NAT64, 6to4, IPv4-compatible. */
    private static Optional<InetAddress> carried(InetAddress address) {
        if (!(address instanceof Inet6Address)) {
            return Optional.empty();
        }
        var bytes = address.getAddress();
        if (isNat64(bytes) || isZero(bytes, 12)) {
            return Optional.of(ipv4(bytes, 12));
        }
        return bytes[0] == 0x20 && bytes[1] == 0x02 ? Optional.of(ipv4(bytes, 2)) : Optional.empty();
    }

    private static boolean isNat64(byte[] bytes) {
        return bytes[0] == 0 && bytes[1] == 0x64 && bytes[2] == (byte) 0xff && bytes[3] == (byte) 0x9b;
    }

    private static boolean isZero(byte[] bytes, int length) {
        return Arrays.equals(bytes, 0, length, new byte[length], 0, length);
    }

    private static InetAddress ipv4(byte[] bytes, int at) {
        try {
            return InetAddress.getByAddress(Arrays.copyOfRange(bytes, at, at + 4));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four bytes are an address", e);
        }
    }
}
