package dev.meridian.domain.placement;

import dev.meridian.api.v1alpha1.CpuFeaturePolicy;
import dev.meridian.api.v1alpha1.DomainStatus;
import dev.meridian.api.v1alpha1.DomainType;
import dev.meridian.api.v1alpha1.HypervisorType;
import dev.meridian.api.v1alpha1.VirtualMachine;
import dev.meridian.api.v1alpha1.VirtualMachineNetworkSpec;
import dev.meridian.domain.machine.CpuShape;
import dev.meridian.domain.machine.Identity;
import dev.meridian.domain.machine.Machine;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What a machine cannot do without on its node, beside room.
 *
 * @param machineTypes each must be known: that of the spec, and the very version that the machine has
 * @param links bridges and interfaces by the names of the machine's interfaces
 */
public record NodeNeeds(
        HypervisorType hypervisor,
        List<String> machineTypes,
        Optional<String> cpuModel,
        List<String> cpuFeatures,
        Map<String, String> links) {

    /** @param networks of the machine's namespace that are known, by name */
    public static NodeNeeds of(VirtualMachine vm, Map<String, VirtualMachineNetworkSpec> networks) {
        var machine = Machine.of(Identity.of(vm.getMetadata()), vm.getSpec());
        var links = new TreeMap<String, String>();
        machine.interfaces()
                .forEach(nic -> nic.network()
                        .flatMap(network -> Optional.ofNullable(networks.get(network)))
                        .flatMap(NodeNeeds::link)
                        .ifPresent(link -> links.put(nic.name(), link)));
        return new NodeNeeds(
                machine.hypervisor(),
                Stream.concat(Stream.of(machine.machineType()), kept(vm, machine.machineType()))
                        .distinct()
                        .toList(),
                machine.cpu().model(),
                machine.cpu().features().stream()
                        .filter(feature -> feature.policy() == CpuFeaturePolicy.require)
                        .map(CpuShape.Feature::name)
                        .toList(),
                links);
    }

    /** The version that the machine has; another board would be that of a spec that was changed since. */
    private static Stream<String> kept(VirtualMachine vm, String wished) {
        return vm.getStatus() == null
                ? Stream.of()
                : Stream.ofNullable(vm.getStatus().domain())
                        .map(DomainStatus::machineType)
                        .flatMap(Stream::ofNullable)
                        .filter(kept -> isVersionOf(wished, kept));
    }

    /** QEMU's aliases: q35 is pc-q35-7.2, pc is pc-i440fx-7.2, virt is virt-7.2. */
    private static boolean isVersionOf(String alias, String version) {
        return version.startsWith(
                switch (alias) {
                    case "q35" -> "pc-q35-";
                    case "pc" -> "pc-i440fx-";
                    default -> alias + "-";
                });
    }

    private static Optional<String> link(VirtualMachineNetworkSpec network) {
        return Stream.of(
                        Optional.ofNullable(network.bridge()).map(bridge -> bridge.name()),
                        Optional.ofNullable(network.openvswitch()).map(bridge -> bridge.bridge()),
                        Optional.ofNullable(network.macvtap()).map(macvtap -> macvtap.device()))
                .flatMap(Optional::stream)
                .findFirst();
    }

    /** What nodes of that kind lack first: the field, its value, and what is wrong with it there. */
    Optional<String> lacking(HypervisorKind kind) {
        return kind.resolve(hypervisor)
                .map(type -> lacking(type).or(() -> missingLink(kind)))
                .orElseGet(() -> Optional.of("spec.hypervisor: %s is not offered".formatted(hypervisor)));
    }

    private Optional<String> lacking(DomainType type) {
        var machine = machineTypes.stream()
                .filter(wished -> !type.machines().isEmpty() && !type.machines().contains(wished))
                .map("spec.machine.type: %s is not known"::formatted);
        var model = cpuModel.stream()
                .filter(wished ->
                        !type.cpuModels().isEmpty() && !type.cpuModels().contains(wished))
                .map("spec.cpu.model: %s cannot be used"::formatted);
        var feature = cpuFeatures.stream()
                .filter(wished ->
                        !type.cpuFeatures().isEmpty() && !type.cpuFeatures().contains(wished))
                .map("spec.cpu.features[%s]: it cannot be had"::formatted);
        return Stream.of(machine, model, feature).flatMap(lacks -> lacks).findFirst();
    }

    private Optional<String> missingLink(HypervisorKind kind) {
        return links.entrySet().stream()
                .filter(wished -> kind.links() != null && !kind.links().contains(wished.getValue()))
                .map(wished -> "spec.interfaces[%s]: its network's %s is not there, or no HypervisorPolicy opens it"
                        .formatted(wished.getKey(), wished.getValue()))
                .findFirst();
    }
}
