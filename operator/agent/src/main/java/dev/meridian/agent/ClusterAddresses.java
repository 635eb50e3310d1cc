package dev.meridian.agent;

import dev.meridian.domain.image.Cidr;
import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Addresses that no tenant's image may come from: the cluster's networks as they were handed to the agent, the API
 * server's, and every address of the node itself.
 */
final class ClusterAddresses {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterAddresses.class);

    private final List<Cidr> networks;
    private final String apiServer;

    /** @param networks of services, pods and nodes */
    ClusterAddresses(List<Cidr> networks, URI apiServer) {
        this.networks = List.copyOf(networks);
        this.apiServer = apiServer.getHost();
    }

    /** As they are now: a node's addresses come and go. */
    List<Cidr> now() {
        return Stream.of(
                        networks.stream(), apiServer(), own().stream(), HostNetwork.see(ClusterAddresses::own).stream())
                .flatMap(s -> s)
                .toList();
    }

    private Stream<Cidr> apiServer() {
        try {
            return Stream.of(InetAddress.getAllByName(apiServer)).map(Cidr::of);
        } catch (UnknownHostException _) {
            LOG.atWarn().addKeyValue("server", apiServer).log("the API server's address is not known");
            return Stream.empty();
        }
    }

    /** Of the network in which the thread is. */
    private static List<Cidr> own() {
        try {
            return NetworkInterface.networkInterfaces()
                    .flatMap(network -> network.getInterfaceAddresses().stream())
                    .map(InterfaceAddress::getAddress)
                    .map(Cidr::of)
                    .toList();
        } catch (SocketException e) {
            throw new IllegalStateException("the node's addresses are not known", e);
        }
    }
}
