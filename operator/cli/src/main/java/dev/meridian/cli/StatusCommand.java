package dev.meridian.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code status}: all that is known of a machine, for people. */
@Command(sortOptions = false)
final class StatusCommand implements Callable<Integer> {
    private final Program program;

    @Parameters(arity = "0..1", paramLabel = "MACHINE", description = "Its name; left out: all of the namespace.")
    private @Nullable String name;

    @Mixin
    private final FormatFlag output = new FormatFlag();

    StatusCommand(Program program) {
        this.program = program;
    }

    @Override
    public Integer call() {
        try (var cluster = program.cluster()) {
            var format = output.format();
            if (name != null && format.isOfObjects()) {
                program.out().print(format.one(cluster.get(Kind.MACHINE, cluster.namespace(), name)));
                return 0;
            }
            var objects = objects(cluster);
            switch (format) {
                case json, yaml -> program.out().print(format.all(objects));
                case name ->
                    objects.forEach(object -> program.say(
                            Kind.MACHINE.of(object.at("/metadata/name").asText())));
                case table, wide ->
                    program.out()
                            .print(objects.stream()
                                    .map(MachineView::of)
                                    .map(machine -> StatusText.of(
                                            machine, program.clock().instant()))
                                    .collect(Collectors.joining("\n")));
            }
            if (objects.isEmpty() && !format.isOfObjects()) {
                program.note("No resources found in %s namespace.".formatted(cluster.namespace()));
            }
            return 0;
        }
    }

    private List<JsonNode> objects(Cluster cluster) {
        return name == null
                ? cluster.list(Kind.MACHINE, Optional.of(cluster.namespace()), Map.of())
                : List.of(cluster.get(Kind.MACHINE, cluster.namespace(), name));
    }
}
