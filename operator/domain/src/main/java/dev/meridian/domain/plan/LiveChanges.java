package dev.meridian.domain.plan;

import dev.meridian.api.v1alpha1.Interface;
import dev.meridian.api.v1alpha1.VirtualMachineSpec;
import dev.meridian.domain.machine.InterfaceShape;
import dev.meridian.domain.machine.Machine;
import dev.meridian.domain.metadata.MachineDocument;
import dev.meridian.domain.xml.InterfaceXml;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Changes of the spec that the running guest can have at once: the links of its interfaces and their limits. */
public final class LiveChanges {
    private LiveChanges() {}

    static Optional<Step> next(Situation s, MachineDocument document) {
        var applied = Machine.of(s.machine().identity(), document.applied());
        return applied.interfaces().stream()
                .flatMap(running -> wished(running, s).stream())
                .findFirst()
                .map(link -> update(s, document, link));
    }

    private static Optional<InterfaceShape> wished(InterfaceShape running, Situation s) {
        return s.machine().interfaces().stream()
                .filter(nic -> nic.name().equals(running.name()))
                .map(running::changedAs)
                .filter(nic -> !nic.equals(running))
                .findFirst();
    }

    private static Step update(Situation s, MachineDocument document, InterfaceShape changed) {
        var after = document.withApplied(applied(document.applied(), changed)).withDefinition(null);
        return new Step.UpdateDevice(
                InterfaceXml.device(s.machine().identity(), changed, document), s.definition(after), after);
    }

    private static VirtualMachineSpec applied(VirtualMachineSpec applied, InterfaceShape changed) {
        return applied.withInterfaces(Objects.requireNonNullElse(applied.interfaces(), List.<Interface>of()).stream()
                .map(nic -> nic.name().equals(changed.name())
                        ? nic.with(changed.linkState(), changed.bandwidth().orElse(null))
                        : nic)
                .toList());
    }

    /** The spec as the running guest can be made to have it, beside what is applied: what differs is no pending change. */
    public static VirtualMachineSpec brought(VirtualMachineSpec applied, VirtualMachineSpec wished) {
        var nics = Objects.requireNonNullElse(wished.interfaces(), List.<Interface>of());
        return applied.interfaces() == null
                ? applied
                : applied.withInterfaces(applied.interfaces().stream()
                        .map(nic -> brought(nic, nics))
                        .toList());
    }

    private static Interface brought(Interface applied, List<Interface> wished) {
        return wished.stream()
                .filter(nic -> nic.name().equals(applied.name()))
                .findFirst()
                .map(nic -> applied.with(nic.linkState(), nic.bandwidth()))
                .orElseGet(() -> applied.with(null, null));
    }
}
