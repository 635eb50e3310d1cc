package dev.meridian.cli;

import dev.meridian.api.v1alpha1.Condition;
import dev.meridian.api.v1alpha1.ConditionStatus;
import dev.meridian.domain.life.Verb;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/** What is known of a machine, a line for each thing that there is to know. */
final class StatusText {
    /** Of these, True says that something is the matter. */
    private static final Set<String> ABNORMAL = Set.of(
            "Reconciling",
            "Stalled",
            "ReservationLost",
            "RestartRequired",
            "Drifted",
            "NotResponding",
            "HostClockStepped",
            "Evacuating");

    private final StringBuilder text = new StringBuilder();

    private StatusText() {}

    static String of(MachineView machine, Instant now) {
        var lines = new StatusText();
        lines.add("Name", machine.namespace() + "/" + machine.name());
        lines.add("Status", state(machine));
        lines.add("Node", Optional.ofNullable(machine.status().nodeName()).orElse("<none>"));
        lines.add("Run strategy", machine.strategy() + (machine.isPaused() ? ", paused" : ""));
        lines.add("Size", "%d CPUs, %s memory".formatted(machine.cpus(), machine.spec("/memory/guest")));
        lines.addPower(machine, now);
        lines.addClock(machine, now);
        machine.status()
                .interfaces()
                .forEach(nic -> lines.add(
                        "Interface",
                        "%s %s %s".formatted(nic.name(), nic.macAddress(), String.join(" ", nic.addresses()))));
        machine.status()
                .disks()
                .forEach(disk -> lines.add(
                        "Disk",
                        "%s %s%s"
                                .formatted(
                                        disk.name(),
                                        disk.target(),
                                        Optional.ofNullable(disk.capacity())
                                                .map(capacity -> " " + capacity)
                                                .orElse(""))));
        machine.status().conditions().stream()
                .filter(StatusText::isTheMatter)
                .forEach(condition -> lines.add(
                        condition.type(),
                        condition.reason() + (condition.message().isEmpty() ? "" : ": " + condition.message())));
        machine.status()
                .pendingChanges()
                .forEach(change -> lines.add(
                        "Next start",
                        "%s: %s (runs with %s)".formatted(change.field(), change.desired(), change.running())));
        return lines.text.toString();
    }

    private static boolean isTheMatter(Condition condition) {
        return ABNORMAL.contains(condition.type())
                ? condition.status() == ConditionStatus.True
                : condition.type().equals("Ready") && condition.status() != ConditionStatus.True;
    }

    /** Why it is not ready stands below, in its own words. */
    private static String state(MachineView machine) {
        return machine.state()
                + machine.condition("Ready")
                        .map(ready -> ready.status() == ConditionStatus.True
                                ? " (as wished: %s)".formatted(ready.reason())
                                : " (not as wished)")
                        .orElse(" (nobody has looked at it)");
    }

    private void addPower(MachineView machine, Instant now) {
        machine.power().ifPresent(power -> {
            Verb.time(power.startedAt())
                    .filter(_ -> machine.isUp())
                    .ifPresent(at ->
                            add("Started", "%s ago (%s)".formatted(Durations.age(Duration.between(at, now)), at)));
            if (power.restarts() != null && power.restarts() > 0) {
                add("Restarts", power.restarts().toString());
            }
            if (power.lastStop() != null) {
                add(
                        "Last stop",
                        "%s at %s"
                                .formatted(
                                        power.lastStop().reason(),
                                        power.lastStop().at()));
            }
            if (power.nextStartAt() != null) {
                add("Next start at", power.nextStartAt());
            }
            if (power.ignored() != null) {
                add("Ignored", power.ignored().message());
            }
        });
    }

    private void addClock(MachineView machine, Instant now) {
        var clock = machine.status().clock();
        if (clock == null) {
            add("Clock", "<unknown>");
            return;
        }
        add(
                "Clock",
                "%s (RTC %+d s; read by %s, %s)"
                        .formatted(
                                ClockWords.of(clock),
                                clock.rtcOffsetSeconds(),
                                clock.source(),
                                Verb.time(clock.observedAt())
                                        .map(at -> Durations.age(Duration.between(at, now)) + " ago")
                                        .orElse(clock.observedAt())));
        if (clock.guest() != null) {
            add("Guest's clock", ClockWords.of(clock.guest()));
        }
    }

    private void add(String heading, String value) {
        text.append("%-16s %s%n".formatted(heading + ":", Table.plain(value)));
    }
}
