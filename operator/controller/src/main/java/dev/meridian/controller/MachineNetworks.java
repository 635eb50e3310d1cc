package dev.meridian.controller;

import dev.meridian.api.v1alpha1.VirtualMachine;
import dev.meridian.api.v1alpha1.VirtualMachineNetwork;
import dev.meridian.api.v1alpha1.VirtualMachineNetworkSpec;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The networks that machines name: some are only where a node has a bridge or an interface. */
final class MachineNetworks {
    private final NetworkUsers users;
    private @Nullable InformerEventSource<VirtualMachineNetwork, VirtualMachine> networks;

    MachineNetworks(NetworkUsers users) {
        this.users = users;
    }

    /** Wakes the machines that name a network. */
    EventSource<?, VirtualMachine> prepare(EventSourceContext<VirtualMachine> context) {
        networks = new InformerEventSource<>(
                InformerEventSourceConfiguration.from(VirtualMachineNetwork.class, VirtualMachine.class)
                        .withName("machine-networks")
                        .withWatchAllNamespaces()
                        .withSecondaryToPrimaryMapper(network -> users.known(network).stream()
                                .map(ResourceID::fromResource)
                                .collect(Collectors.toSet()))
                        .withOnUpdateFilter(
                                (network, before) -> !network.getSpec().equals(before.getSpec()))
                        .withItemStore(Pruned.ofNetworks())
                        .build(),
                context);
        return networks;
    }

    /** Those of a machine that are there, by name. */
    Map<String, VirtualMachineNetworkSpec> of(VirtualMachine vm) {
        var known = Objects.requireNonNull(networks, "event sources are prepared before anything is reconciled");
        var found = new TreeMap<String, VirtualMachineNetworkSpec>();
        NetworkUsers.names(vm)
                .forEach(name -> known.get(new ResourceID(name, vm.getMetadata().getNamespace()))
                        .ifPresent(network -> found.put(name, network.getSpec())));
        return found;
    }
}
