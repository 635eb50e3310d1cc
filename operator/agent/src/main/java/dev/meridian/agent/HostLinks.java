package dev.meridian.agent;

import dev.meridian.domain.network.Ipv4Network;
import dev.meridian.domain.network.NetworkDefinition;
import dev.meridian.domain.network.NetworkFacts.Taken;
import dev.meridian.libvirt.Connection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The node's interfaces, addresses and routes. */
final class HostLinks {
    /** It holds the address of every Service, and answers at none of them. */
    private static final String SERVICES = "kube-ipvs0";

    /** Of the network in which the thread that reads is. */
    private static final Path NETWORK = Path.of("/proc/thread-self/net");

    private HostLinks() {}

    static Set<String> names() {
        return HostNetwork.see(() -> {
            try (var lines = Files.lines(NETWORK.resolve("dev"))) {
                return lines.skip(2)
                        .map(line -> line.substring(0, line.indexOf(':')).strip())
                        .collect(Collectors.toSet());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** IPv4, but for loopback. */
    static List<String> addresses() {
        return HostNetwork.see(HostLinks::addressesHere);
    }

    private static List<String> addressesHere() {
        try {
            return NetworkInterface.networkInterfaces()
                    .filter(link -> !link.getName().equals(SERVICES))
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
                    .map(InetAddress::getHostAddress)
                    .sorted()
                    .toList();
        } catch (SocketException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Addresses of libvirt's networks, active or not, and of the node's routes. */
    static List<Taken> taken(Connection connection, String clusterId) {
        var taken = new ArrayList<Taken>();
        for (var network : connection.listAllNetworks()) {
            try (network) {
                var definition = NetworkDefinition.read(network.xml());
                var ours = definition
                        .owner()
                        .filter(owner -> owner.cluster().equals(clusterId))
                        .map(owner -> owner.object());
                // Which one of another namespace, a tenant need not know.
                var by = ours.isPresent() ? "another VirtualMachineNetwork" : "libvirt network " + network.name();
                definition.addresses().forEach(addresses -> taken.add(new Taken(addresses, by, ours)));
            }
        }
        taken.addAll(HostNetwork.see(HostLinks::routesHere));
        return taken;
    }

    private static List<Taken> routesHere() {
        try (var lines = Files.lines(NETWORK.resolve("route"))) {
            return lines.skip(1)
                    .map(line -> line.split("\\s+", -1))
                    .filter(fields -> fields.length > 7)
                    .flatMap(HostLinks::route)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Interface, destination, ..., mask, in hexadecimal with the bytes reversed; the default route takes nothing. */
    private static Stream<Taken> route(String[] fields) {
        var prefix = Integer.bitCount(Integer.parseUnsignedInt(fields[7], 16));
        var base = Integer.toUnsignedLong(Integer.reverseBytes(Integer.parseUnsignedInt(fields[1], 16)));
        return prefix == 0
                ? Stream.of()
                : Stream.of(
                        new Taken(new Ipv4Network(base, prefix), "the node's route on " + fields[0], Optional.empty()));
    }
}
