package dev.meridian.controller;

import dev.meridian.api.v1alpha1.Interface;
import dev.meridian.api.v1alpha1.VirtualMachine;
import dev.meridian.api.v1alpha1.VirtualMachineNetwork;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The machines that name a network, by what the controller knows of all machines. */
final class NetworkUsers {
    private static final String BY_NETWORK = "networks";

    private @Nullable IndexerResourceCache<VirtualMachine> machines;

    void prepare(IndexerResourceCache<VirtualMachine> cache) {
        cache.addIndexer(BY_NETWORK, NetworkUsers::keys);
        machines = cache;
    }

    /**
     * Those that are known. That there is none must be asked of the API server: one that was just made may not be known.
     *
     * @param listed asks it for the machines of the network's namespace, which may be thousands
     */
    List<VirtualMachine> of(
            VirtualMachineNetwork network, Function<VirtualMachineNetwork, List<VirtualMachine>> listed) {
        var known = known(network);
        return known.isEmpty() ? listed.apply(network) : known;
    }

    List<VirtualMachine> known(VirtualMachineNetwork network) {
        return Optional.ofNullable(machines)
                .map(cache -> cache.byIndex(
                        BY_NETWORK, key(network, network.getMetadata().getName())))
                .orElse(List.of());
    }

    static List<String> keys(VirtualMachine vm) {
        return names(vm).map(name -> key(vm, name)).toList();
    }

    static Stream<String> names(VirtualMachine vm) {
        return Objects.requireNonNullElse(vm.getSpec().interfaces(), List.<Interface>of()).stream()
                .flatMap(nic -> Stream.ofNullable(nic.network()))
                .map(network -> network.name())
                .distinct();
    }

    private static String key(HasMetadata object, String network) {
        return object.getMetadata().getNamespace() + "/" + network;
    }
}
