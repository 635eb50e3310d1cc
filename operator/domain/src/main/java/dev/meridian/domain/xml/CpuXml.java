package dev.meridian.domain.xml;

import static dev.meridian.domain.xml.El.el;

import dev.meridian.domain.host.CpuSet;
import dev.meridian.domain.machine.CpuShape;
import dev.meridian.domain.machine.Machine;
import dev.meridian.domain.metadata.MachineDocument;
import java.util.Optional;
import java.util.stream.IntStream;

/** The {@code <cpu>} and {@code <vcpu>} elements. */
final class CpuXml {
    private CpuXml() {}

    /** How many there are, and for how many there is room. */
    static El count(CpuShape cpu, MachineDocument document) {
        var everywhere = el("vcpu").with("placement", "static");
        var count = document.cpus().isEmpty() ? everywhere : everywhere.with("cpuset", CpuSet.write(document.cpus()));
        return (cpu.maxVcpus() > cpu.vcpus() ? count.with("current", cpu.vcpus()) : count).text(cpu.maxVcpus());
    }

    /** Where each thread belongs, of virtual CPUs that have CPUs of the node to themselves. */
    static Optional<El> tune(CpuShape cpu, MachineDocument document) {
        if (!cpu.dedicated() || document.cpus().size() < cpu.vcpus()) {
            return Optional.empty();
        }
        var pins = CpuPins.of(cpu, document);
        var others = CpuSet.write(pins.others());
        return Optional.of(el("cputune")
                .with(IntStream.range(0, pins.vcpus().size())
                        .mapToObj(vcpu -> el("vcpupin")
                                .with("vcpu", vcpu)
                                .with("cpuset", CpuSet.write(pins.vcpus().get(vcpu))))
                        .toList())
                .with(el("emulatorpin").with("cpuset", others))
                .with(pins.ioThreads().stream()
                        .map(number ->
                                el("iothreadpin").with("iothread", number).with("cpuset", others))
                        .toList()));
    }

    static Optional<El> of(Machine machine, MachineDocument document) {
        var cpu = machine.cpu();
        var element = switch (document.hypervisor()) {
            case Test -> Optional.<El>empty();
            case KVM -> Optional.of(shaped(cpu, cpu.model().orElse("host-model")));
            case QEMU, Auto ->
                Optional.of(cpu.model().map(model -> shaped(cpu, model)).orElse(bare(cpu)));
        };
        return element.map(present -> present.with(NumaXml.of(machine, document)));
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
