package dev.meridian.agent;

import dev.meridian.api.v1alpha1.VirtualMachineNetwork;
import dev.meridian.domain.machine.Machine;
import dev.meridian.domain.network.Network;
import dev.meridian.domain.network.NetworkDefinition;
import dev.meridian.domain.network.NetworkFacts;
import dev.meridian.domain.network.NetworkFacts.Fact;
import dev.meridian.domain.network.NetworkFacts.Seen;
import dev.meridian.domain.network.NetworkIdentity;
import dev.meridian.libvirt.Connection;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/** What is known of the networks that a machine names: their objects are asked for at its start, and never watched. */
final class NetworkSource {
    private final KubernetesClient client;
    private final String clusterId;
    private final LibvirtLink link;
    private final OpenedPathsSource opened;

    NetworkSource(KubernetesClient client, String clusterId, LibvirtLink link, OpenedPathsSource opened) {
        this.client = client;
        this.clusterId = clusterId;
        this.link = link;
        this.opened = opened;
    }

    NetworkFacts of(Machine machine) {
        var names = machine.interfaces().stream()
                .flatMap(nic -> nic.network().stream())
                .distinct()
                .toList();
        var session = link.session();
        if (names.isEmpty() || session.isEmpty()) {
            return NetworkFacts.NONE;
        }
        var namespace = machine.identity().namespace();
        var facts = facts(session.get().reads(), namespace, names);
        return new NetworkFacts(
                facts,
                opened.networkingOf(namespace),
                HostLinks.names(),
                HostLinks.addresses(),
                facts.values().stream().anyMatch(NetworkSource::isToBeMade)
                        ? HostLinks.taken(session.get().reads(), clusterId)
                        : List.of());
    }

    private static boolean isToBeMade(Fact fact) {
        return fact instanceof Fact.Found(var _, var seen) && !(seen instanceof Seen.Ours(var active, var _) && active);
    }

    private Map<String, Fact> facts(Connection connection, String namespace, List<String> names) {
        var facts = new TreeMap<String, Fact>();
        for (var name : names) {
            var object = client.resources(VirtualMachineNetwork.class)
                    .inNamespace(namespace)
                    .withName(name)
                    .get();
            facts.put(
                    name,
                    Optional.ofNullable(object).map(o -> fact(connection, o)).orElseGet(Fact.Missing::new));
        }
        return facts;
    }

    private Fact fact(Connection connection, VirtualMachineNetwork object) {
        if (object.isMarkedForDeletion()) {
            return new Fact.Ending();
        }
        var metadata = object.getMetadata();
        var identity =
                new NetworkIdentity(metadata.getNamespace(), metadata.getName(), UUID.fromString(metadata.getUid()));
        return new Fact.Found(Network.of(identity, object.getSpec()), seen(connection, identity));
    }

    private Seen seen(Connection connection, NetworkIdentity identity) {
        var found = connection.lookupNetworkByName(identity.libvirtName());
        if (found.isEmpty()) {
            return new Seen.Absent();
        }
        try (var network = found.get()) {
            var definition = NetworkDefinition.read(network.xml());
            var isOurs = definition
                    .owner()
                    .filter(owner -> owner.cluster().equals(clusterId))
                    .isPresent();
            return isOurs ? new Seen.Ours(network.isActive(), definition.hosts()) : new Seen.Foreign();
        }
    }
}
