package dev.meridian.cli;

import dev.meridian.api.v1alpha1.Condition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code list}: machines, one a line. */
@Command(sortOptions = false)
final class ListCommand implements Callable<Integer> {
    private final Program program;

    @Mixin
    private final ReadFlags read = new ReadFlags();

    @Mixin
    private final FormatFlag output = new FormatFlag();

    ListCommand(Program program) {
        this.program = program;
    }

    @Override
    public Integer call() {
        try (var cluster = program.cluster()) {
            var objects = cluster.list(Kind.MACHINE, read.namespace(cluster), read.query());
            var format = output.format();
            if (format.isOfObjects()) {
                program.out().print(format.all(objects));
                return 0;
            }
            if (objects.isEmpty()) {
                program.note(read.nothing(cluster));
                return 0;
            }
            var machines = objects.stream().map(MachineView::of).toList();
            if (format == Format.name) {
                machines.forEach(machine -> program.say(Kind.MACHINE.of(machine.name())));
                return 0;
            }
            program.out()
                    .print(table(
                                    machines,
                                    read.isOfAll(),
                                    format == Format.wide,
                                    program.clock().instant())
                            .text());
            return 0;
        }
    }

    static Table table(List<MachineView> machines, boolean withNamespace, boolean isWide, Instant now) {
        var headings = new ArrayList<String>();
        if (withNamespace) {
            headings.add("NAMESPACE");
        }
        headings.addAll(List.of("NAME", "STATUS", "READY", "NODE", "CLOCK", "AGE"));
        if (isWide) {
            headings.addAll(List.of("IP", "CPUS", "MEMORY", "STRATEGY", "REASON"));
        }
        return new Table(
                headings,
                machines.stream()
                        .map(machine -> row(machine, withNamespace, isWide, now))
                        .toList());
    }

    private static List<String> row(MachineView machine, boolean withNamespace, boolean isWide, Instant now) {
        var ready = machine.condition("Ready");
        var row = new ArrayList<String>();
        if (withNamespace) {
            row.add(machine.namespace());
        }
        row.add(machine.name());
        row.add(machine.state());
        row.add(ready.map(Condition::status).map(Enum::name).orElse("Unknown"));
        row.add(Optional.ofNullable(machine.status().nodeName()).orElse(""));
        row.add(Optional.ofNullable(machine.status().clock())
                .map(ClockWords::of)
                .orElse(""));
        row.add(machine.age(now));
        if (isWide) {
            row.add(machine.address().orElse(""));
            row.add(Long.toString(machine.cpus()));
            row.add(machine.spec("/memory/guest"));
            row.add(machine.strategy().name());
            row.add(ready.map(Condition::reason).orElse(""));
        }
        return row;
    }
}
