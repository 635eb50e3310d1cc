package dev.meridian.domain.plan;

import dev.meridian.domain.host.HostDevice;
import dev.meridian.domain.machine.HostDeviceShape;
import dev.meridian.domain.metadata.MachineDocument;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Which devices of its node a machine gets: those that it had, else the first that are free. */
final class HostDeviceChoice {
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(10);

    private HostDeviceChoice() {}

    /** What a start waits for. */
    static Optional<Step> next(Situation s, Optional<MachineDocument> before) {
        var chosen = of(s, before);
        return s.machine().hostDevices().stream()
                .filter(wished -> !chosen.containsKey(wished.name()))
                .findFirst()
                .map(wished -> lacking(s, wished));
    }

    private static Step lacking(Situation s, HostDeviceShape wished) {
        var field = "spec.hostDevices[%s].deviceName: ".formatted(wished.name());
        var there = s.supplies().hostDevices().byName().get(wished.deviceName());
        if (there == null) {
            return Step.Refuse.of(
                    s.now(),
                    "HostDeviceNotOpened",
                    field
                            + "%s is not opened to namespace %s on node %s; ask an administrator for a HypervisorPolicy"
                                    .formatted(
                                            wished.deviceName(),
                                            s.machine().identity().namespace(),
                                            s.host().nodeName()));
        }
        if (there.isEmpty()) {
            return Step.Refuse.of(
                    s.now(),
                    "HostDeviceMissing",
                    field
                            + "node %s has no %s; choose other nodes with spec.nodeSelector"
                                    .formatted(s.host().nodeName(), wished.deviceName()));
        }
        return new Step.Wait(
                s.now().plus(LOOK_AGAIN),
                "HostDeviceInUse",
                field
                        + "node %s has %d of %s, and guests have them all; stop another machine, or choose other nodes with spec.nodeSelector"
                                .formatted(s.host().nodeName(), there.size(), wished.deviceName()));
    }

    /** By the names of the machine's; none for those that cannot be had now. */
    static Map<String, HostDevice> of(Situation s, Optional<MachineDocument> before) {
        var had = before.map(MachineDocument::hostDevices).orElse(Map.of());
        var chosen = new TreeMap<String, HostDevice>();
        for (var wished : s.machine().hostDevices()) {
            Optional.ofNullable(had.get(wished.name()))
                    .filter(device -> free(s, wished, chosen).contains(device))
                    .ifPresent(device -> chosen.put(wished.name(), device));
        }
        for (var wished : s.machine().hostDevices()) {
            if (!chosen.containsKey(wished.name())) {
                free(s, wished, chosen).stream().findFirst().ifPresent(device -> chosen.put(wished.name(), device));
            }
        }
        return chosen;
    }

    private static List<HostDevice> free(Situation s, HostDeviceShape wished, Map<String, HostDevice> chosen) {
        var devices = s.supplies().hostDevices();
        return devices.byName().getOrDefault(wished.deviceName(), List.of()).stream()
                .filter(device -> !devices.taken().contains(device) && !chosen.containsValue(device))
                .toList();
    }
}
