package dev.meridian.cli;

import dev.meridian.api.v1alpha1.RunStrategy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code start}, {@code stop}, {@code restart}, {@code reset}, {@code pause}, {@code resume}. */
@Command(sortOptions = false)
final class WishCommand implements Callable<Integer> {
    private final Program program;
    private final Wish wish;

    @Parameters(arity = "1..*", paramLabel = "MACHINE", description = "Names of machines.")
    private List<String> names = new ArrayList<>();

    @Option(
            names = "--run-strategy",
            paramLabel = "STRATEGY",
            description = "Writes spec.runStrategy as well; needed where the present one does not hear the verb.")
    private @Nullable RunStrategy strategy;

    @Option(names = "--dry-run", description = "Only says what would be written.")
    private boolean isDryRun;

    WishCommand(Program program, Wish wish) {
        this.program = program;
        this.wish = wish;
    }

    @Override
    public Integer call() {
        try (var cluster = program.cluster()) {
            var failed = 0;
            for (var name : names) {
                failed += one(cluster, name) ? 0 : 1;
            }
            return failed == 0 ? 0 : 1;
        }
    }

    private boolean one(Cluster cluster, String name) {
        var machine = MachineView.of(cluster.get(Kind.MACHINE, cluster.namespace(), name));
        var object = Kind.MACHINE.of(name);
        return switch (wish.of(
                machine, Optional.ofNullable(strategy), program.clock().instant())) {
            case Wish.Answer.Nothing(var why) -> {
                program.say("%s: %s; nothing was written".formatted(object, why));
                yield true;
            }
            case Wish.Answer.Refused(var why) -> {
                program.note("error: %s: %s".formatted(object, why));
                yield false;
            }
            case Wish.Answer.Write(var spec, var fields) -> {
                if (!isDryRun) {
                    var change = Json.object();
                    change.set("spec", spec);
                    cluster.patch(Kind.MACHINE, cluster.namespace(), name, change);
                }
                fields.forEach(
                        field -> program.say("%s: %s %s".formatted(object, field, isDryRun ? "(dry run)" : "written")));
                spec.fieldNames().forEachRemaining(field -> warn(machine, object, field));
                yield true;
            }
        };
    }

    /** spec.power is no manifest's, as a rule. */
    private void warn(MachineView machine, String object, String field) {
        var owners = Owners.of(machine.object(), field);
        if (!field.equals("power") && !owners.isEmpty()) {
            program.note(
                    "warning: %s: spec.%s was written by %s as well, which may put its own value back; change it there too"
                            .formatted(object, field, String.join(", ", owners)));
        }
    }
}
