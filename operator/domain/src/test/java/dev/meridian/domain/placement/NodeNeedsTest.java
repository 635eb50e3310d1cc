package dev.meridian.domain.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.Hypervisor;
import dev.meridian.api.v1alpha1.VirtualMachine;
import dev.meridian.domain.Yaml;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What machines need of nodes. That pods ask for it is {@code placements/kinds-*}. */
class NodeNeedsTest {
    private static final HypervisorKind KIND = kind("""
            {drivers: [{uri: "qemu:///system", types: [
              {type: KVM, machines: [q35, pc-q35-7.2, pc, pc-i440fx-7.2], cpuModels: [host-model, EPYC], cpuFeatures: [aes]},
              {type: QEMU, machines: [q35], cpuModels: [Denverton]}]}],
             links: [br0]}
            """);

    private static HypervisorKind kind(String status) {
        return HypervisorKind.of(
                        Yaml.read("{metadata: {name: worker-0}, status: %s}".formatted(status), Hypervisor.class))
                .orElseThrow();
    }

    private static VirtualMachine machine(String spec, String keptType) {
        return Yaml.read("""
                metadata: {name: web, namespace: team-a, uid: 22222222-2222-4222-8222-222222222222}
                spec: {memory: {guest: 64Mi}, %s}
                status: {domain: {machineType: %s}}
                """.formatted(spec, keptType), VirtualMachine.class);
    }

    @ParameterizedTest(name = "{0} and {1}: {2}")
    @CsvSource(delimiter = '|', textBlock = """
                    runStrategy: Always                                     | null          |
                    hypervisor: KVM                                         | null          |
                    hypervisor: Test                                        | null          | spec.hypervisor: Test is not offered
                    machine: {type: virt}                                   | null          | spec.machine.type: virt is not known
                    runStrategy: Always                                     | pc-q35-7.2    |
                    runStrategy: Always                                     | pc-q35-9.2    | spec.machine.type: pc-q35-9.2 is not known
                    machine: {type: pc}                                     | pc-i440fx-9.2 | spec.machine.type: pc-i440fx-9.2 is not known
                    machine: {type: pc}                                     | pc-q35-9.2    |
                    cpu: {model: EPYC}                                      | null          |
                    cpu: {model: Denverton}                                 | null          | spec.cpu.model: Denverton cannot be used
                    hypervisor: QEMU, cpu: {model: Denverton}               | null          |
                    cpu: {features: [{name: aes, policy: require}]}         | null          |
                    cpu: {features: [{name: avx2}]}                         | null          | spec.cpu.features[avx2]: it cannot be had
                    cpu: {features: [{name: avx2, policy: force}]}          | null          |
                    hypervisor: QEMU, cpu: {features: [{name: avx2}]}       | null          |
                    """)
    void nodeLacksWhatTheSpecNamesAndItDoesNotTell(String spec, String keptType, String lacks) {
        // when
        var lacking = NodeNeeds.of(machine(spec, keptType), Map.of()).lacking(KIND);

        // then
        assertThat(lacking.orElse(null)).isEqualTo(lacks);
    }

    @Test
    void nodeWhoseAgentDoesNotTellItsLinksMayHaveAny() {
        // given
        var vm = machine("interfaces: [{name: lan, network: {name: blue}}]", "null");
        var networks = Map.of(
                "blue", Yaml.read("{bridge: {name: br7}}", dev.meridian.api.v1alpha1.VirtualMachineNetworkSpec.class));
        var silent = kind("{drivers: [{uri: a, types: [{type: KVM}]}]}");

        // when, then
        assertThat(NodeNeeds.of(vm, networks).lacking(silent)).isEmpty();
        assertThat(NodeNeeds.of(vm, networks).lacking(KIND))
                .hasValueSatisfying(why -> assertThat(why).contains("lan", "br7"));
        assertThat(NodeNeeds.of(vm, Map.of()).lacking(KIND))
                .as("nobody knows the network yet")
                .isEmpty();
    }

    @Test
    void kindIsTheSameInWhateverOrderItIsTold() {
        // given
        var told = kind("{drivers: [{uri: a, types: [{type: KVM, cpuModels: [A, B]}, {type: QEMU}]}], links: [a, b]}");
        var otherwise =
                kind("{drivers: [{uri: a, types: [{type: QEMU}, {type: KVM, cpuModels: [B, A]}]}], links: [b, a]}");

        // when, then
        assertThat(told).isEqualTo(otherwise);
        assertThat(told.label()).isNotEqualTo(KIND.label()).matches("[0-9a-f]{12}");
    }

    @Test
    void schedulersRefusalIsExplainedByNodesThatDoNotSuit() {
        // given
        var other = kind("{drivers: [{uri: a, types: [{type: KVM, cpuModels: [Foo]}]}]}");
        var needs = NodeNeeds.of(machine("cpu: {model: Foo}", "null"), Map.of());

        // when
        var choice = NodeChoice.of(
                needs, Map.of(other, Set.of("n8"), KIND, Set.of("n1", "n2", "n3", "n4", "n5", "n6", "n7")));

        // then
        assertThat(choice.kinds()).containsExactly(other.label());
        assertThat(choice.explained(new ReservedPod.Refusal("Unschedulable", "0/8 nodes are available"))
                        .message())
                .isEqualTo(
                        "0/8 nodes are available; spec.cpu.model: Foo cannot be used on n1, n2, n3, n4, n5 and 2 more");
        assertThat(choice.explained(new ReservedPod.Refusal("QuotaExceeded", "no more"))
                        .message())
                .isEqualTo("no more");
    }

    @Test
    void whereNoNodeSuitsThereIsNoChoice() {
        // given
        var needs = NodeNeeds.of(machine("cpu: {model: Foo}", "null"), Map.of());

        // when, then
        assertThat(NodeChoice.of(needs, Map.of(KIND, Set.of("n1")))).isEqualTo(NodeChoice.ANY);
    }
}
