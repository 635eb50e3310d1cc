package dev.meridian.domain.xml;

import static dev.meridian.domain.xml.El.el;

import dev.meridian.api.v1alpha1.HypervisorType;
import dev.meridian.domain.machine.CpuShape;
import dev.meridian.domain.machine.Machine;
import java.util.Optional;

/** The {@code <cpu>} and {@code <vcpu>} elements. */
final class CpuXml {
    private CpuXml() {}

    /** How many there are, and for how many there is room. */
    static El count(CpuShape cpu) {
        var count = el("vcpu").with("placement", "static");
        return (cpu.maxVcpus() > cpu.vcpus() ? count.with("current", cpu.vcpus()) : count).text(cpu.maxVcpus());
    }

    static Optional<El> of(Machine machine, HypervisorType hypervisor) {
        var cpu = machine.cpu();
        var element = switch (hypervisor) {
            case Test -> Optional.<El>empty();
            case KVM -> Optional.of(shaped(cpu, cpu.model().orElse("host-model")));
            case QEMU, Auto ->
                Optional.of(cpu.model().map(model -> shaped(cpu, model)).orElse(bare(cpu)));
        };
        return element.map(present -> present.with(machine.memoryRoom().map(_ -> MemoryXml.node(machine))));
    }

    private static El shaped(CpuShape cpu, String model) {
        return switch (model) {
            case "host-model", "host-passthrough", "maximum" ->
                complete(el("cpu").with("mode", model), cpu);
            default ->
                complete(
                        el("cpu")
                                .with("mode", "custom")
                                .with("match", "exact")
                                .with("check", "partial")
                                .with(el("model").with("fallback", "forbid").text(model)),
                        cpu);
        };
    }

    /** The driver's own model; features need one to differ from, so they are asked of the largest. */
    private static El bare(CpuShape cpu) {
        return cpu.features().isEmpty() ? complete(el("cpu"), cpu) : shaped(cpu, "maximum");
    }

    private static El complete(El element, CpuShape cpu) {
        return element.with(el("topology")
                        .with("sockets", cpu.maxSockets())
                        .with("dies", 1)
                        .with("cores", cpu.cores())
                        .with("threads", cpu.threads()))
                .with(cpu.features().stream()
                        .map(f -> el("feature").with("policy", f.policy()).with("name", f.name()))
                        .toList());
    }
}
