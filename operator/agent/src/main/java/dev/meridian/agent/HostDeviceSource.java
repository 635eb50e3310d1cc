package dev.meridian.agent;

import dev.meridian.domain.host.HostDevice;
import dev.meridian.domain.machine.HostDeviceShape;
import dev.meridian.domain.machine.Machine;
import dev.meridian.domain.metadata.MachineDocument;
import dev.meridian.domain.plan.Observation;
import dev.meridian.domain.supply.HostDevices;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What is known of the node's devices that a machine names: they are looked at before its start only. */
final class HostDeviceSource {
    private final OpenedPathsSource opened;
    private final NodeDevices devices;
    private final MachineMemories memories;

    HostDeviceSource(OpenedPathsSource opened, NodeDevices devices, MachineMemories memories) {
        this.opened = opened;
        this.devices = devices;
        this.memories = memories;
    }

    HostDevices of(Machine machine) {
        if (machine.hostDevices().isEmpty()) {
            return HostDevices.NONE;
        }
        var kinds = opened.devicesOf(machine.identity().namespace()).byName();
        var byName = machine.hostDevices().stream()
                .map(HostDeviceShape::deviceName)
                .distinct()
                .filter(kinds::containsKey)
                .collect(Collectors.toMap(
                        name -> name,
                        name -> kinds.getOrDefault(name, List.of()).stream()
                                .flatMap(kind -> devices.of(kind).stream())
                                .distinct()
                                .toList()));
        return new HostDevices(byName, taken(machine.identity().uid()));
    }

    /** By guests that run, as far as they were seen: of two that start at once libvirt refuses one. */
    private Set<HostDevice> taken(UUID machine) {
        return memories.machines().stream()
                .filter(other -> !other.equals(machine))
                .flatMap(other -> memories.find(other).stream())
                .flatMap(HostDeviceSource::ofRunning)
                .flatMap(document -> document.hostDevices().values().stream())
                .collect(Collectors.toSet());
    }

    private static Stream<MachineDocument> ofRunning(MachineMemory memory) {
        return memory
                .lastSeen()
                .flatMap(seen -> seen instanceof Observation.Present present
                                && present.power().isActive()
                        ? Optional.of(present.document())
                        : Optional.empty())
                .stream();
    }
}
