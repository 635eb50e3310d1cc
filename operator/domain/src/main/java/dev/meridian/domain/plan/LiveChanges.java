package dev.meridian.domain.plan;

import dev.meridian.api.v1alpha1.Interface;
import dev.meridian.api.v1alpha1.LinkState;
import dev.meridian.api.v1alpha1.VirtualMachineSpec;
import dev.meridian.domain.machine.InterfaceShape;
import dev.meridian.domain.machine.Machine;
import dev.meridian.domain.metadata.MachineDocument;
import dev.meridian.domain.xml.InterfaceXml;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Changes of the spec that the running guest can have at once: the links of its interfaces. */
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
                .filter(nic -> nic.linkState() != running.linkState())
                .map(nic -> new InterfaceShape(running.name(), running.model(), nic.linkState()))
                .findFirst();
    }

    private static Step update(Situation s, MachineDocument document, InterfaceShape link) {
        var after = document.withApplied(linked(document.applied(), link)).withDefinition(null);
        return new Step.UpdateDevice(
                InterfaceXml.device(s.machine().identity(), link, document.addresses()), s.definition(after), after);
    }

    private static VirtualMachineSpec linked(VirtualMachineSpec applied, InterfaceShape link) {
        return applied.withInterfaces(Objects.requireNonNullElse(applied.interfaces(), List.<Interface>of()).stream()
                .map(nic ->
                        nic.name().equals(link.name()) ? new Interface(nic.name(), nic.model(), link.linkState()) : nic)
                .toList());
    }

    /** The spec as the running guest can be made to have it, beside what is applied: what differs is no pending change. */
    public static VirtualMachineSpec brought(VirtualMachineSpec applied, VirtualMachineSpec wished) {
        var links = Objects.requireNonNullElse(wished.interfaces(), List.<Interface>of());
        return applied.interfaces() == null
                ? applied
                : applied.withInterfaces(applied.interfaces().stream()
                        .map(nic -> new Interface(nic.name(), nic.model(), linkOf(links, nic)))
                        .toList());
    }

    private static @Nullable LinkState linkOf(List<Interface> wished, Interface nic) {
        return wished.stream()
                .filter(w -> w.name().equals(nic.name()))
                .findFirst()
                .map(Interface::linkState)
                .orElse(null);
    }
}
