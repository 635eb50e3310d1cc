package dev.meridian.domain.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.VirtualMachine;
import dev.meridian.domain.Yaml;
import dev.meridian.domain.status.Conditions.Decided;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NetworkUseTest {
    @Test
    void usersAreTheMachinesThatNameTheNetwork() {
        // given
        var machines = List.of(
                machine("b", "{name: lan}"), machine("a", "{name: lan}"), machine("c", "{name: other}"), bare("d"));
        // when
        var users = NetworkUse.users("lan", machines);
        // then
        assertThat(users).containsExactly("a", "b");
    }

    @Test
    void networkOfManyNamesSomeAndCountsTheRest() {
        // given
        var users = IntStream.range(0, 23).mapToObj(i -> "vm-" + i).toList();
        // when
        var conditions = NetworkUse.of(users);
        // then
        assertThat(conditions).extracting(Decided::type).containsExactly("Ready", "InUse");
        assertThat(conditions.getLast().message()).contains("vm-0, vm-1").contains("vm-19 and 3 more");
    }

    private static VirtualMachine machine(String name, String network) {
        return Yaml.read("""
                metadata: {name: %s}
                spec: {memory: {guest: 128Mi}, interfaces: [{name: own}, {name: nic, network: %s}]}
                """.formatted(name, network), VirtualMachine.class);
    }

    private static VirtualMachine bare(String name) {
        return Yaml.read(
                "{metadata: {name: %s}, spec: {memory: {guest: 128Mi}}}".formatted(name), VirtualMachine.class);
    }
}
