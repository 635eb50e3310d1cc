package dev.meridian.domain.plan;

import dev.meridian.api.v1alpha1.Interface;
import dev.meridian.domain.machine.InterfaceShape;
import dev.meridian.domain.machine.Machine;
import dev.meridian.domain.network.Ipv4Network;
import dev.meridian.domain.network.Network;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** What must hold of a network, its node and an interface on it before a machine is started. */
final class NetworkChecks {
    private NetworkChecks() {}

    /** Of MAC addresses, on whatever network. */
    static Optional<Problem> macAddress(Situation s) {
        return Objects.requireNonNullElse(s.spec().interfaces(), List.<Interface>of()).stream()
                .filter(nic -> nic.macAddress() != null
                        && !Machine.MAC.matcher(nic.macAddress()).matches())
                .map(nic -> new Problem(
                        "MacAddressInvalid",
                        "spec.interfaces[%s].macAddress: %s is no MAC address; give one like 52:54:00:12:34:56"
                                .formatted(nic.name(), nic.macAddress())))
                .findFirst();
    }

    static Optional<Problem> firstProblem(Situation s, InterfaceShape nic, Network network) {
        return switch (network.kind()) {
            case Network.Kind.Own own ->
                own.given().stream()
                        .filter(subnet -> !s.networks().opened().allows(subnet))
                        .map(subnet -> notOpened(s, nic, network, "SubnetNotOpened", "network " + subnet))
                        .findFirst()
                        .or(() -> range(own, nic, network))
                        .or(() -> ipAddress(own, nic, network));
            case Network.Kind.Bridge(var bridge) ->
                link(s, nic, network, s.networks().opened().bridges(), "Bridge", bridge)
                        .or(() -> withoutDhcp(nic, network));
            case Network.Kind.Openvswitch(var bridge, var _) ->
                link(s, nic, network, s.networks().opened().bridges(), "Bridge", bridge)
                        .or(() -> withoutDhcp(nic, network));
            case Network.Kind.Macvtap(var device, var _) ->
                link(s, nic, network, s.networks().opened().interfaces(), "Interface", device)
                        .or(() -> withoutDhcp(nic, network));
        };
    }

    private static Optional<Problem> link(
            Situation s, InterfaceShape nic, Network network, Set<String> opened, String kind, String link) {
        if (!opened.contains(link)) {
            return Optional.of(
                    notOpened(s, nic, network, kind + "NotOpened", kind.toLowerCase(Locale.ROOT) + " " + link));
        }
        return s.networks().links().contains(link)
                ? Optional.empty()
                : Optional.of(new Problem(
                        kind + "Missing",
                        "%s: node %s has no interface %s; make it there, or choose other nodes with spec.nodeSelector"
                                .formatted(field(nic, network), s.host().nodeName(), link)));
    }

    private static Problem notOpened(Situation s, InterfaceShape nic, Network network, String reason, String what) {
        return new Problem(
                reason,
                "%s: %s is not opened to namespace %s on node %s; ask an administrator for a HypervisorPolicy"
                        .formatted(
                                field(nic, network),
                                what,
                                s.machine().identity().namespace(),
                                s.host().nodeName()));
    }

    private static Optional<Problem> range(Network.Kind.Own own, InterfaceShape nic, Network network) {
        return own.dhcp()
                .filter(range -> !own.ipv4().isHost(range.first())
                        || !own.ipv4().isHost(range.last())
                        || range.last() < range.first())
                .map(range -> new Problem(
                        "DhcpRangeInvalid",
                        "%s: its dhcp gives away %s to %s, which are no guests' addresses of %s; make another network"
                                .formatted(
                                        field(nic, network),
                                        Ipv4Network.text(range.first()),
                                        Ipv4Network.text(range.last()),
                                        own.ipv4())));
    }

    private static Optional<Problem> ipAddress(Network.Kind.Own own, InterfaceShape nic, Network network) {
        if (own.dhcp().isEmpty()) {
            return withoutDhcp(nic, network);
        }
        return nic.ipAddress()
                .filter(address ->
                        Ipv4Network.address(address).filter(own.ipv4()::isHost).isEmpty())
                .map(address -> new Problem(
                        "AddressInvalid",
                        "spec.interfaces[%s].ipAddress: %s is no guest's address of network %s, which is %s; give one of it, but its first and last"
                                .formatted(
                                        nic.name(), address, network.identity().name(), own.ipv4())));
    }

    private static Optional<Problem> withoutDhcp(InterfaceShape nic, Network network) {
        return nic.ipAddress()
                .map(address -> new Problem(
                        "AddressInvalid",
                        "spec.interfaces[%s].ipAddress: network %s has no DHCP server of ours to give %s to the guest; leave it out"
                                .formatted(nic.name(), network.identity().name(), address)));
    }

    /** Of a network that is to be made. */
    static Optional<Problem> collision(Situation s, InterfaceShape nic, Network network) {
        return network.kind() instanceof Network.Kind.Own own
                ? s.networks().taken().stream()
                        // One that somebody stopped has its own still.
                        .filter(taken -> taken.network()
                                .filter(network.identity()::equals)
                                .isEmpty())
                        .filter(taken -> taken.addresses().overlaps(own.ipv4()))
                        .map(taken -> new Problem(
                                "AddressesTaken",
                                "%s: its addresses %s meet %s of %s on node %s; make a network with another cidr"
                                        .formatted(
                                                field(nic, network),
                                                own.ipv4(),
                                                taken.addresses(),
                                                taken.by(),
                                                s.host().nodeName())))
                        .findFirst()
                : Optional.empty();
    }

    private static String field(InterfaceShape nic, Network network) {
        return "spec.interfaces[%s].network: %s"
                .formatted(nic.name(), network.identity().name());
    }
}
