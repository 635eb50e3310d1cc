package dev.meridian.domain.status;

import dev.meridian.api.v1alpha1.ClockStatus;
import dev.meridian.api.v1alpha1.Condition;
import dev.meridian.api.v1alpha1.GuestClock;
import dev.meridian.api.v1alpha1.LastStop;
import dev.meridian.api.v1alpha1.Power;
import dev.meridian.api.v1alpha1.PowerState;
import dev.meridian.api.v1alpha1.VirtualMachineStatus;
import dev.meridian.domain.life.RebootReason;
import dev.meridian.domain.life.StopReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;

/** The Events that a change of a machine's status is worth: one for each transition. */
public final class MachineEvents {
    /** A Kubernetes Event to be. */
    public record MachineEvent(boolean warning, String reason, String message) {}

    private MachineEvents() {}

    public static List<MachineEvent> between(VirtualMachineStatus before, VirtualMachineStatus after) {
        var events = new ArrayList<MachineEvent>();
        stopped(before, after).ifPresent(events::add);
        started(before, after).ifPresent(events::add);
        watchdogFired(before, after).ifPresent(events::add);
        rebooted(before, after).ifPresent(events::add);
        paused(before, after).ifPresent(events::add);
        ignored(before, after).ifPresent(events::add);
        for (var type : List.of("Drifted", "Stalled")) {
            news(before, after, type, MachineEvents::holds)
                    .ifPresent(c -> events.add(new MachineEvent(true, c.reason(), c.message())));
        }
        news(before, after, "HostClockStepped", MachineEvents::holds)
                .ifPresent(c -> events.add(new MachineEvent(true, c.type(), c.message())));
        news(before, after, "GuestClockSynced", c -> c.reason().equals("SetFailed"))
                .ifPresent(c -> events.add(new MachineEvent(true, "GuestClockSetFailed", c.message())));
        guestClockSet(before, after).ifPresent(events::add);
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
        var message = Objects.toString(stop.message(), "");
        var reason = StopReason.of(stop);
        if (reason.isEmpty()) {
            return new MachineEvent(true, stop.reason(), message);
        }
        return switch (reason.get()) {
            case Halted, StopRequested, RestartRequested, Deleted -> new MachineEvent(false, "Stopped", message);
            case Unhealthy -> new MachineEvent(true, "LivenessProbeFailed", message);
            case Hibernated, GuestPowerOff -> new MachineEvent(false, stop.reason(), message);
            case Evicted, Crashed, Failed, Destroyed, Saved, Migrated, HostPowerOff ->
                new MachineEvent(true, stop.reason(), message);
        };
    }

    private static Optional<MachineEvent> rebooted(VirtualMachineStatus before, VirtualMachineStatus after) {
        var then = Optional.ofNullable(before.power()).map(Power::lastReboot);
        return Optional.ofNullable(after.power())
                .map(Power::lastReboot)
                .filter(reboot -> !then.equals(Optional.of(reboot)))
                .map(reboot -> RebootReason.valueOf(reboot.reason()))
                .map(reason -> new MachineEvent(false, reason.event(), reason.message()));
    }

    private static Optional<MachineEvent> watchdogFired(VirtualMachineStatus before, VirtualMachineStatus after) {
        var then = Optional.ofNullable(before.power()).map(Power::watchdogFiredAt);
        return Optional.ofNullable(after.power())
                .map(Power::watchdogFiredAt)
                .filter(at -> !then.equals(Optional.of(at)))
                .map(_ -> new MachineEvent(
                        true,
                        "WatchdogFired",
                        "the guest did not feed its watchdog, which acted as spec.watchdog says"));
    }

    private static Optional<MachineEvent> paused(VirtualMachineStatus before, VirtualMachineStatus after) {
        var then = state(before);
        var now = state(after);
        if (then.equals(Optional.of(PowerState.Running)) && now.equals(Optional.of(PowerState.Paused))) {
            return Optional.of(new MachineEvent(false, "Paused", "the guest's virtual CPUs stand still"));
        }
        return then.equals(Optional.of(PowerState.Paused)) && now.equals(Optional.of(PowerState.Running))
                ? Optional.of(new MachineEvent(false, "Resumed", "the guest's virtual CPUs run again"))
                : Optional.empty();
    }

    private static Optional<PowerState> state(VirtualMachineStatus status) {
        return Optional.ofNullable(status.power()).map(Power::state);
    }

    private static Optional<MachineEvent> ignored(VirtualMachineStatus before, VirtualMachineStatus after) {
        var then = Optional.ofNullable(before.power()).map(Power::ignored);
        return Optional.ofNullable(after.power())
                .map(Power::ignored)
                .filter(verb -> !then.equals(Optional.of(verb)))
                .map(verb -> new MachineEvent(true, "VerbIgnored", verb.message()));
    }

    private static Optional<MachineEvent> guestClockSet(VirtualMachineStatus before, VirtualMachineStatus after) {
        var then = guestClock(before).map(GuestClock::setAt);
        return guestClock(after)
                .filter(clock -> clock.setAt() != null && !then.equals(Optional.of(clock.setAt())))
                .map(clock -> new MachineEvent(
                        false,
                        "GuestClockSet",
                        "the clock of the guest's operating system was set by %+d ms".formatted(clock.setByMillis())));
    }

    private static Optional<GuestClock> guestClock(VirtualMachineStatus status) {
        return Optional.ofNullable(status.clock()).map(ClockStatus::guest);
    }

    /** A condition that has come to say what is worth an Event, or says it in other words. */
    private static Optional<Condition> news(
            VirtualMachineStatus before, VirtualMachineStatus after, String type, Predicate<Condition> worth) {
        var then = Conditions.find(before.conditions(), type).filter(worth).map(Condition::message);
        return Conditions.find(after.conditions(), type)
                .filter(worth)
                .filter(c -> !then.equals(Optional.of(c.message())));
    }

    private static boolean holds(Condition condition) {
        return switch (condition.status()) {
            case True -> true;
            case False, Unknown -> false;
        };
    }
}
