package dev.meridian.domain.status;

import dev.meridian.api.v1alpha1.VirtualMachineSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/** Which fields of a spec a running guest does not have yet. */
final class SpecChanges {
    private static final Map<String, Function<VirtualMachineSpec, Object>> READ_AT_START = Map.of(
            "spec.hypervisor", s -> Objects.toString(s.hypervisor()),
            "spec.machine", s -> Objects.toString(s.machine()),
            "spec.cpu", s -> Objects.toString(s.cpu()),
            "spec.memory", s -> Objects.toString(s.memory()),
            "spec.firmware", s -> Objects.toString(s.firmware()),
            "spec.clock", s -> Objects.toString(s.clock()),
            "spec.disks", s -> Objects.toString(s.disks()),
            "spec.interfaces", s -> Objects.toString(s.interfaces()));

    private SpecChanges() {}

    static List<String> needingRestart(VirtualMachineSpec applied, VirtualMachineSpec wished) {
        var changed = new ArrayList<String>();
        READ_AT_START.forEach((field, value) -> {
            if (!value.apply(applied).equals(value.apply(wished))) {
                changed.add(field);
            }
        });
        changed.sort(String::compareTo);
        return changed;
    }
}
