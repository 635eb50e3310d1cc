package dev.meridian.domain.network;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is known of the networks that a machine names, asked for before its start only.
 *
 * @param byName the networks by the names of their objects
 * @param links interfaces of the node, bridges among them
 * @param nodeAddresses the node's own IPv4 addresses
 * @param taken addresses that the node has routes for, or that another network of its libvirt has
 */
public record NetworkFacts(
        Map<String, Fact> byName,
        OpenedNetworking opened,
        Set<String> links,
        List<String> nodeAddresses,
        List<Taken> taken) {
    public static final NetworkFacts NONE =
            new NetworkFacts(Map.of(), OpenedNetworking.NONE, Set.of(), List.of(), List.of());

    /** One network. */
    public sealed interface Fact {
        /** There is no such object. */
        record Missing() implements Fact {}

        /** It is being deleted. */
        record Ending() implements Fact {}

        /** As wished, and as the node has it. */
        record Found(Network network, Seen seen) implements Fact {}
    }

    /** A network as the node's libvirt has it. */
    public sealed interface Seen {
        record Absent() implements Seen {}

        /** Another's has its name. */
        record Foreign() implements Seen {}

        record Ours(boolean active, List<DhcpHost> hosts) implements Seen {}
    }

    /**
     * Addresses that are not to be had.
     *
     * @param by what has them
     * @param network of ours that has them
     */
    public record Taken(Ipv4Network addresses, String by, Optional<NetworkIdentity> network) {}
}
