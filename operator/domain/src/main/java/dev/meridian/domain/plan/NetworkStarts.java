package dev.meridian.domain.plan;

import dev.meridian.domain.machine.Attachment;
import dev.meridian.domain.machine.InterfaceShape;
import dev.meridian.domain.network.DhcpHost;
import dev.meridian.domain.network.Ipv4Network;
import dev.meridian.domain.network.Network;
import dev.meridian.domain.network.NetworkFacts.Fact;
import dev.meridian.domain.network.NetworkFacts.Seen;
import dev.meridian.domain.network.NetworkFilters;
import dev.meridian.domain.network.NetworkXml;
import dev.meridian.domain.xml.MacAddresses;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What a start of a machine waits for at the networks that it names. */
final class NetworkStarts {
    /** Nobody tells of a network's object. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(5);

    private NetworkStarts() {}

    static Optional<Step> next(Situation s) {
        return s.machine().interfaces().stream()
                .flatMap(nic -> nic.network().stream().flatMap(name -> next(s, nic, name).stream()))
                .findFirst();
    }

    private static Optional<Step> next(Situation s, InterfaceShape nic, String name) {
        return switch (s.networks().byName().getOrDefault(name, new Fact.Missing())) {
            case Fact.Missing() ->
                Optional.of(awaited(s, nic, "NetworkMissing", name, "is not there; create it, or name another"));
            case Fact.Ending() -> Optional.of(awaited(s, nic, "NetworkEnding", name, "is being deleted; name another"));
            case Fact.Found(var network, var seen) ->
                NetworkChecks.firstProblem(s, nic, network)
                        .<Step>map(problem -> Step.Refuse.of(s.now(), problem))
                        .or(() -> next(s, nic, network, seen));
        };
    }

    private static Step awaited(Situation s, InterfaceShape nic, String reason, String network, String why) {
        return new Step.Wait(
                s.now().plus(LOOK_AGAIN),
                reason,
                "spec.interfaces[%s].network: VirtualMachineNetwork %s of namespace %s %s"
                        .formatted(nic.name(), network, s.machine().identity().namespace(), why));
    }

    private static Optional<Step> next(Situation s, InterfaceShape nic, Network network, Seen seen) {
        return switch (seen) {
            case Seen.Foreign() ->
                Optional.of(Step.Refuse.of(
                        s.now(),
                        "ForeignNetwork",
                        "spec.interfaces[%s].network: node %s has a libvirt network %s that is not this cluster's; it is left alone. Remove it"
                                .formatted(
                                        nic.name(),
                                        s.host().nodeName(),
                                        network.identity().libvirtName())));
            case Seen.Ours(var active, var hosts) when active -> address(s, nic, network, hosts);
            case Seen.Absent _, Seen.Ours _ ->
                Optional.of(NetworkChecks.collision(s, nic, network)
                        .<Step>map(problem -> Step.Refuse.of(s.now(), problem))
                        .orElseGet(() -> new Step.MakeNetwork(
                                network.identity(),
                                NetworkXml.of(network, s.host().clusterId()),
                                NetworkFilters.of(network, s.networks().nodeAddresses()))));
        };
    }

    private static Optional<Step> address(Situation s, InterfaceShape nic, Network network, List<DhcpHost> hosts) {
        return wished(s, nic, network, hosts).flatMap(host -> {
            if (hosts.contains(host)) {
                return Optional.empty();
            }
            var instead =
                    hosts.stream().filter(known -> isInTheWay(known, host)).toList();
            return Optional.of(instead.stream()
                    .filter(known ->
                            !known.machine().equals(s.machine().identity().name()))
                    .findFirst()
                    .<Step>map(known -> Step.Refuse.of(s.now(), taken(nic, network, host, known)))
                    .orElseGet(() -> new Step.GiveAddress(network.identity().libvirtName(), instead, host)));
        });
    }

    /** Of two addresses, two MACs and two names none may be the same: libvirt takes no second one. */
    private static boolean isInTheWay(DhcpHost known, DhcpHost host) {
        return known.mac().equals(host.mac())
                || known.name().equals(host.name())
                || known.address().equals(host.address());
    }

    private static Problem taken(InterfaceShape nic, Network network, DhcpHost wished, DhcpHost known) {
        return known.mac().equals(wished.mac())
                ? new Problem(
                        "MacAddressTaken",
                        "spec.interfaces[%s].macAddress: %s is machine %s's on network %s; give another, or leave it out"
                                .formatted(
                                        nic.name(),
                                        wished.mac(),
                                        known.machine(),
                                        network.identity().name()))
                : new Problem(
                        "AddressTaken",
                        "spec.interfaces[%s].ipAddress: %s is machine %s's on network %s; give another, or leave it out"
                                .formatted(
                                        nic.name(),
                                        wished.address(),
                                        known.machine(),
                                        network.identity().name()));
    }

    /** The address that the network is to keep for the interface, if it gives any away. */
    private static Optional<DhcpHost> wished(Situation s, InterfaceShape nic, Network network, List<DhcpHost> hosts) {
        if (!(network.kind() instanceof Network.Kind.Own own) || own.dhcp().isEmpty()) {
            return Optional.empty();
        }
        var machine = s.machine().identity();
        var mac = MacAddresses.of(machine, nic);
        var first = s.machine().interfaces().stream()
                .filter(other -> other.network().equals(nic.network()))
                .findFirst()
                .orElseThrow();
        return nic.ipAddress()
                .or(() -> kept(mac, hosts))
                .or(() -> free(mac, own.dhcp().get(), hosts))
                .map(address ->
                        new DhcpHost(mac, DhcpHost.name(machine.name(), nic.name(), first.equals(nic)), address));
    }

    private static Optional<String> kept(String mac, List<DhcpHost> hosts) {
        return hosts.stream()
                .filter(host -> host.mac().equals(mac))
                .map(DhcpHost::address)
                .findFirst();
    }

    /** The first free address from one on that the MAC gives, so that a machine that comes back mostly has its own. */
    private static Optional<String> free(String mac, Network.Range range, List<DhcpHost> hosts) {
        var count = range.last() - range.first() + 1;
        var begin = Math.floorMod(mac.hashCode(), count);
        var taken = hosts.stream().map(DhcpHost::address).toList();
        for (long i = 0; i < Math.min(count, taken.size() + 1L); i++) {
            var address = Ipv4Network.text(range.first() + (begin + i) % count);
            if (!taken.contains(address)) {
                return Optional.of(address);
            }
        }
        return Optional.empty();
    }

    /** How the interfaces are connected by the start. */
    static Map<String, Attachment> attachments(Situation s) {
        var attachments = new TreeMap<String, Attachment>();
        for (var nic : s.machine().interfaces()) {
            if (nic.network().map(s.networks().byName()::get).orElse(null)
                    instanceof Fact.Found(var network, Seen.Ours(var _, var hosts))) {
                var mac = MacAddresses.of(s.machine().identity(), nic);
                var address = kept(mac, hosts);
                attachments.put(
                        nic.name(),
                        new Attachment(
                                network.identity().libvirtName(),
                                NetworkFilters.name(network, nic.spoofing(), address.isPresent())
                                        .orElse(null),
                                address.orElse(null)));
            }
        }
        return attachments;
    }
}
