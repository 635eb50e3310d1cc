package dev.meridian.domain.status;

import dev.meridian.api.v1alpha1.Condition;
import dev.meridian.api.v1alpha1.LastStop;
import dev.meridian.api.v1alpha1.Power;
import dev.meridian.api.v1alpha1.PowerState;
import dev.meridian.api.v1alpha1.VirtualMachineStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** The Events that a change of a machine's status is worth: one for each transition. */
public final class MachineEvents {
    /** A Kubernetes Event to be. */
    public record MachineEvent(boolean warning, String reason, String message) {}

    private MachineEvents() {}

    public static List<MachineEvent> between(VirtualMachineStatus before, VirtualMachineStatus after) {
        var events = new ArrayList<MachineEvent>();
        stopped(before, after).ifPresent(events::add);
        started(before, after).ifPresent(events::add);
        stalled(before, after).ifPresent(events::add);
        return events;
    }

    private static Optional<MachineEvent> started(VirtualMachineStatus before, VirtualMachineStatus after) {
        var now = after.power();
        if (now == null || now.state() != PowerState.Running || now.startedAt() == null) {
            return Optional.empty();
        }
        var then = Optional.ofNullable(before.power()).filter(power -> power.state() == PowerState.Running);
        return then.map(Power::startedAt).filter(now.startedAt()::equals).isPresent()
                ? Optional.empty()
                : Optional.of(new MachineEvent(false, "Started", "the machine was started"));
    }

    private static Optional<MachineEvent> stopped(VirtualMachineStatus before, VirtualMachineStatus after) {
        var now = Optional.ofNullable(after.power()).map(Power::lastStop);
        var then = Optional.ofNullable(before.power()).map(Power::lastStop);
        return now.filter(stop -> !Objects.equals(then.orElse(null), stop)).map(MachineEvents::stopped);
    }

    private static MachineEvent stopped(LastStop stop) {
        return switch (stop.reason()) {
            case "Requested" -> new MachineEvent(false, "Stopped", Objects.toString(stop.message(), ""));
            case "GuestPowerOff" -> new MachineEvent(false, stop.reason(), Objects.toString(stop.message(), ""));
            default -> new MachineEvent(true, stop.reason(), Objects.toString(stop.message(), ""));
        };
    }

    private static Optional<MachineEvent> stalled(VirtualMachineStatus before, VirtualMachineStatus after) {
        var now = Conditions.find(after.conditions(), "Stalled").filter(MachineEvents::holds);
        var then = Conditions.find(before.conditions(), "Stalled").filter(MachineEvents::holds);
        return now.filter(c -> then.isEmpty() || !then.get().message().equals(c.message()))
                .map(c -> new MachineEvent(true, c.reason(), c.message()));
    }

    private static boolean holds(Condition condition) {
        return switch (condition.status()) {
            case True -> true;
            case False, Unknown -> false;
        };
    }
}
