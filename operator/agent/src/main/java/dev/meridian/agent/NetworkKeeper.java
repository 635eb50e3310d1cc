package dev.meridian.agent;

import dev.meridian.domain.machine.Attachment;
import dev.meridian.domain.metadata.MachineDocument;
import dev.meridian.domain.network.DhcpHost;
import dev.meridian.domain.network.NetworkDefinition;
import dev.meridian.domain.network.NetworkFilters;
import dev.meridian.libvirt.Affect;
import dev.meridian.libvirt.Connection;
import dev.meridian.libvirt.LibvirtException;
import dev.meridian.libvirt.Network;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after the networks of ours at the node's libvirt: one that somebody stopped is started again, what no machine
 * of the node has used between two looks is removed. Asks nobody but libvirt.
 */
final class NetworkKeeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NetworkKeeper.class);
    private static final Duration EVERY = Duration.ofSeconds(30);

    private final LibvirtLink link;
    private final String clusterId;
    private final Supplier<List<MachineDocument>> machines;
    private final NodeNetworks networks;
    private final ScheduledExecutorService looks = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("network-keeper").factory());
    private Set<Object> unused = Set.of();

    /** @param machines documents of the machines that have a domain on the node */
    NetworkKeeper(LibvirtLink link, String clusterId, Supplier<List<MachineDocument>> machines, NodeNetworks networks) {
        this.link = link;
        this.clusterId = clusterId;
        this.machines = machines;
        this.networks = networks;
    }

    void start() {
        var _ = looks.scheduleWithFixedDelay(this::look, EVERY.toSeconds(), EVERY.toSeconds(), TimeUnit.SECONDS);
    }

    private void look() {
        try {
            link.session().ifPresent(session -> look(session.reads()));
        } catch (LibvirtException e) {
            LOG.atDebug().log("networks could not be looked after: {}", e.message());
            link.suspect();
        } catch (RuntimeException e) {
            // The next look would not come.
            LOG.atError().setCause(e).log("networks could not be looked after");
        }
    }

    private void look(Connection connection) {
        var before = unused;
        var now = new HashSet<>();
        for (var network : connection.listAllNetworks()) {
            try (network) {
                var definition = NetworkDefinition.read(network.xml());
                definition
                        .owner()
                        .filter(owner -> owner.cluster().equals(clusterId))
                        .ifPresent(owner -> keep(connection, network, definition, owner, before, now));
            }
        }
        unused = now;
    }

    private void keep(
            Connection connection,
            Network network,
            NetworkDefinition definition,
            NetworkDefinition.Owner owner,
            Set<Object> before,
            Set<Object> now) {
        var users = users(network.name());
        if (!users.isEmpty() && !network.isActive()) {
            LOG.atWarn()
                    .addKeyValue("network", network.name())
                    .log("somebody stopped the network; it is started again");
            network.create();
        }
        if (users.isEmpty() && (!network.isActive() || network.ports() == 0)) {
            now.add(owner);
            if (before.contains(owner)) {
                remove(connection, network);
                networks.gone(owner.object());
            }
            return;
        }
        definition.hosts().stream()
                .filter(host -> !users.contains(host.machine()))
                .forEach(host -> forget(network, host, before, now));
    }

    private Set<String> users(String network) {
        var users = new HashSet<String>();
        machines.get().stream()
                .filter(document -> document.attachments().values().stream()
                        .map(Attachment::network)
                        .anyMatch(network::equals))
                .forEach(document -> users.add(document.object().name()));
        return users;
    }

    private static void forget(Network network, DhcpHost host, Set<Object> before, Set<Object> now) {
        now.add(host);
        if (before.contains(host)) {
            network.deleteDhcpHost(host.toXml(), network.isActive() ? Affect.LIVE_AND_CONFIG : Affect.CONFIG);
        }
    }

    private static void remove(Connection connection, Network network) {
        if (network.isActive()) {
            network.destroy();
        }
        network.undefine();
        for (var name : NetworkFilters.names(network.name())) {
            connection.lookupNwFilterByName(name).ifPresent(filter -> {
                try (filter) {
                    filter.undefine();
                }
            });
        }
        LOG.atInfo().addKeyValue("network", network.name()).log("a network that no machine uses is removed");
    }

    @Override
    public void close() {
        looks.shutdownNow();
    }
}
