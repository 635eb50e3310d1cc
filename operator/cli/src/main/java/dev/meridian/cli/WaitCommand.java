package dev.meridian.cli;

import dev.meridian.api.v1alpha1.Condition;
import dev.meridian.api.v1alpha1.ConditionStatus;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code wait}: until a machine is as wished. */
@Command(sortOptions = false)
final class WaitCommand implements Callable<Integer> {
    private final Program program;

    @Parameters(paramLabel = "MACHINE", description = "Its name.")
    @SuppressWarnings("NullAway.Init")
    private String name;

    @Option(
            names = "--for",
            paramLabel = "WHAT",
            description = "Running, Stopped, Paused, delete, or a condition: GuestReady, Ready=False. Left out: Ready.")
    private String what = "Ready";

    @Mixin
    private final WaitLimit limit = new WaitLimit();

    WaitCommand(Program program) {
        this.program = program;
    }

    @Override
    public Integer call() {
        var awaited = Awaited.parse(what);
        var timeout = limit.limit();
        try (var cluster = program.cluster()) {
            var namespace = cluster.namespace();
            try {
                if (cluster.await(
                                Kind.MACHINE, namespace, name, timeout, object -> awaited.isMet(MachineView.of(object)))
                        .isEmpty()) {
                    throw Failure.error("timed out waiting %s for %s of %s: %s"
                            .formatted(
                                    limit.text(),
                                    what,
                                    Kind.MACHINE.of(name),
                                    is(MachineView.of(cluster.get(Kind.MACHINE, namespace, name)))));
                }
            } catch (Failure e) {
                if (!(awaited instanceof Awaited.Deleted) || !e.isNotFound()) {
                    throw e;
                }
            }
            program.say("%s: %s"
                    .formatted(Kind.MACHINE.of(name), awaited instanceof Awaited.Deleted ? "deleted" : what + " met"));
            return 0;
        }
    }

    /** Why not, in its own words. */
    private static String is(MachineView machine) {
        var words = machine.status().conditions().stream()
                .filter(condition ->
                        condition.type().equals("Ready") || condition.type().equals("Stalled"))
                .filter(condition -> condition.type().equals("Ready") || condition.status() == ConditionStatus.True)
                .map(WaitCommand::words)
                .collect(Collectors.joining("; "));
        return "it is " + machine.state() + (words.isEmpty() ? ", and nobody has looked at it" : "; " + words);
    }

    private static String words(Condition condition) {
        return "%s is %s: %s: %s"
                .formatted(condition.type(), condition.status(), condition.reason(), condition.message());
    }
}
