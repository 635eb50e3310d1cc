package dev.meridian.domain.placement;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.meridian.api.v1alpha1.DomainType;
import dev.meridian.api.v1alpha1.Hypervisor;
import dev.meridian.api.v1alpha1.HypervisorType;
import dev.meridian.domain.machine.Digests;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What decides on which nodes a machine can run beside their room: nodes of one kind take the same machines.
 *
 * @param label names it in a label of nodes; the same for the same kind, whoever works it out
 * @param links bridges and interfaces that are opened there; null where the agent does not tell them
 */
public record HypervisorKind(
        String label, List<DomainType> types, @Nullable List<String> links) {
    private static final ObjectMapper JSON = JsonMapper.builder().build();
    private static final int LABEL = 12;

    private record Facts(List<DomainType> types, @Nullable List<String> links) {}

    /** Empty while nothing is told of the node's libvirt. */
    public static Optional<HypervisorKind> of(Hypervisor hypervisor) {
        var status = hypervisor.getStatus();
        return status == null
                ? Optional.empty()
                : of(status.drivers().stream().flatMap(driver -> driver.types().stream()), status.links());
    }

    private static Optional<HypervisorKind> of(Stream<DomainType> types, @Nullable Collection<String> links) {
        var facts = new Facts(
                types.map(HypervisorKind::inOrder)
                        .sorted(Comparator.comparing(DomainType::type))
                        .toList(),
                links == null ? null : links.stream().sorted().toList());
        return facts.types().isEmpty()
                ? Optional.empty()
                : Optional.of(new HypervisorKind(
                        Digests.sha256(JSON.valueToTree(facts).toString()).substring(0, LABEL),
                        facts.types(),
                        facts.links()));
    }

    private static DomainType inOrder(DomainType type) {
        return new DomainType(
                type.type(),
                type.architecture(),
                type.machines().stream().sorted().toList(),
                type.cpuModels().stream().sorted().toList(),
                type.cpuFeatures().stream().sorted().toList());
    }

    /** What runs a machine that asks for {@code wished}, as {@link dev.meridian.domain.host.Host#resolve} has it. */
    Optional<DomainType> resolve(HypervisorType wished) {
        var candidates = switch (wished) {
            case Auto -> Stream.of(HypervisorType.KVM, HypervisorType.QEMU, HypervisorType.Test);
            case KVM, QEMU, Test -> Stream.of(wished);
        };
        return candidates
                .flatMap(type -> types.stream().filter(offered -> offered.type() == type))
                .findFirst();
    }
}
