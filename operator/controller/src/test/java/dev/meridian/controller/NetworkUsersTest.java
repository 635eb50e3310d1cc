package dev.meridian.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.VirtualMachine;
import dev.meridian.api.v1alpha1.VirtualMachineNetwork;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Which machines a network that is being deleted waits for. */
class NetworkUsersTest {
    private static final KubernetesSerialization JSON = new KubernetesSerialization();

    private final NetworkUsers users = new NetworkUsers();
    private int asked;

    private static VirtualMachine machine(String namespace, String name, String network) {
        return JSON.unmarshal("""
                        apiVersion: meridian.dev/v1alpha1
                        kind: VirtualMachine
                        metadata: {name: %s, namespace: %s}
                        spec: {memory: {guest: 64Mi}, interfaces: [{name: lan, network: {name: %s}}, {name: uplink}]}
                        """.formatted(name, namespace, network), VirtualMachine.class);
    }

    private static VirtualMachineNetwork network() {
        return JSON.unmarshal("""
                        apiVersion: meridian.dev/v1alpha1
                        kind: VirtualMachineNetwork
                        metadata: {name: lan, namespace: team-a}
                        """, VirtualMachineNetwork.class);
    }

    private List<VirtualMachine> answer(VirtualMachineNetwork network) {
        asked++;
        return List.of();
    }

    @Test
    void apiServerIsNotAskedForAllMachinesWhileOneIsKnown() {
        // given
        var user = machine("team-a", "web", "lan");
        users.prepare(new Known(List.of(user, machine("team-b", "web", "lan"), machine("team-a", "db", "other"))));
        // when
        var found = users.of(network(), this::answer);
        // then
        assertThat(found).containsExactly(user);
        assertThat(asked).isZero();
    }

    @Test
    void apiServerHasTheLastWordWhenNoneIsKnown() {
        // given
        users.prepare(new Known(List.of(machine("team-a", "db", "other"))));
        // when
        var found = users.of(network(), this::answer);
        // then
        assertThat(found).isEmpty();
        assertThat(asked).isOne();
    }

    /** Machines as an informer knows them. */
    private record Known(List<VirtualMachine> machines, Map<String, Function<VirtualMachine, List<String>>> indexers)
            implements IndexerResourceCache<VirtualMachine> {
        Known(List<VirtualMachine> machines) {
            this(machines, new HashMap<>());
        }

        @Override
        public void addIndexers(Map<String, Function<VirtualMachine, List<String>>> more) {
            indexers.putAll(more);
        }

        @Override
        public List<VirtualMachine> byIndex(String index, String key) {
            return machines.stream()
                    .filter(vm -> Optional.ofNullable(indexers.get(index))
                            .filter(keys -> keys.apply(vm).contains(key))
                            .isPresent())
                    .toList();
        }

        @Override
        public Optional<VirtualMachine> get(ResourceID id) {
            return list(vm -> ResourceID.fromResource(vm).equals(id)).findFirst();
        }

        @Override
        public Stream<ResourceID> keys() {
            return machines.stream().map(ResourceID::fromResource);
        }

        @Override
        public Stream<VirtualMachine> list(Predicate<VirtualMachine> predicate) {
            return machines.stream().filter(predicate);
        }

        @Override
        public Stream<VirtualMachine> list(String namespace, Predicate<VirtualMachine> predicate) {
            return list(predicate).filter(vm -> vm.getMetadata().getNamespace().equals(namespace));
        }
    }
}
