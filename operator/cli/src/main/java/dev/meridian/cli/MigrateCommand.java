package dev.meridian.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.meridian.api.v1alpha1.Meridian;
import dev.meridian.api.v1alpha1.MigrationCompression;
import dev.meridian.api.v1alpha1.MigrationPhase;
import dev.meridian.api.v1alpha1.VirtualMachineMigrationStatus;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code migrate}: makes a VirtualMachineMigration. */
@Command(description = "Creates a VirtualMachineMigration.", sortOptions = false)
final class MigrateCommand implements Callable<Integer> {
    private final Program program;

    @Parameters(paramLabel = "MACHINE", description = "Its name.")
    @SuppressWarnings("NullAway.Init")
    private String name;

    @Option(names = "--to", paramLabel = "NODE", description = "The node; left out, kube-scheduler chooses.")
    private @Nullable String node;

    @Option(names = "--bandwidth", paramLabel = "BYTES", description = "Bytes a second at the most, such as 64Mi.")
    private @Nullable String bandwidth;

    @Option(
            names = "--auto-converge",
            description = "Slows the guest down when it changes its memory faster than that is copied.")
    private boolean autoConverge;

    @Option(names = "--parallel", paramLabel = "N", description = "Over so many connections, from 2 to 64.")
    private @Nullable Integer connections;

    @Option(
            names = "--compression",
            paramLabel = "METHOD",
            description = "Xbzrle: of a page sent again, what has changed.")
    private @Nullable MigrationCompression compression;

    @Option(names = "--allow-clock-skew", description = "Goes also to a node whose clock differs by more than 5 s.")
    private boolean allowClockSkew;

    @Option(names = "--wait", description = "Waits for its end, and fails if it does.")
    private boolean isToWait;

    @Mixin
    private final WaitLimit limit = new WaitLimit();

    @Option(names = "--dry-run", description = "Prints the object, and creates nothing.")
    private boolean isDryRun;

    MigrateCommand(Program program) {
        this.program = program;
    }

    @Override
    public Integer call() {
        var timeout = limit.limit();
        try (var cluster = program.cluster()) {
            var namespace = cluster.namespace();
            var object = object(namespace);
            if (isDryRun) {
                program.out().print(Json.yaml(object));
                return 0;
            }
            // A migration of no machine would be made, and fail: better said at once.
            cluster.get(Kind.MACHINE, namespace, name);
            var made = cluster.create(Kind.MIGRATION, namespace, object)
                    .at("/metadata/name")
                    .asText();
            program.say("%s created".formatted(Kind.MIGRATION.of(made)));
            if (!isToWait) {
                return 0;
            }
            var told = new StringBuilder();
            var end = cluster.await(Kind.MIGRATION, namespace, made, timeout, seen -> {
                tell(made, status(seen), told);
                return isOver(status(seen));
            });
            return end.map(MigrateCommand::status)
                    .map(status -> ended(made, status))
                    .orElseThrow(() -> Failure.error(
                            "timed out waiting %s for %s; it goes on, and 'kubectl get vmm %s' tells of it"
                                    .formatted(limit.text(), Kind.MIGRATION.of(made), made)));
        }
    }

    ObjectNode object(String namespace) {
        var object = Json.object()
                .put("apiVersion", Meridian.GROUP + "/" + Meridian.VERSION)
                .put("kind", "VirtualMachineMigration");
        object.putObject("metadata").put("generateName", name + "-").put("namespace", namespace);
        var spec = object.putObject("spec").put("virtualMachineName", name);
        Optional.ofNullable(node).ifPresent(to -> spec.put("targetNodeName", to));
        Optional.ofNullable(bandwidth).ifPresent(bytes -> spec.put("bandwidth", bytes));
        if (autoConverge) {
            spec.put("autoConverge", true);
        }
        Optional.ofNullable(connections).ifPresent(number -> spec.put("parallelConnections", number));
        Optional.ofNullable(compression).ifPresent(method -> spec.put("compression", method.name()));
        if (allowClockSkew) {
            spec.put("allowClockSkew", true);
        }
        return object;
    }

    private static VirtualMachineMigrationStatus status(JsonNode object) {
        return Json.value(object.path("status"), VirtualMachineMigrationStatus.class)
                .orElse(VirtualMachineMigrationStatus.NONE);
    }

    private static boolean isOver(VirtualMachineMigrationStatus status) {
        if (status.phase() == null) {
            return false;
        }
        return switch (status.phase()) {
            case Pending, Scheduling, Preparing, Running -> false;
            case Succeeded, Failed, Cancelled -> true;
        };
    }

    /** Each phase once. */
    private void tell(String made, VirtualMachineMigrationStatus status, StringBuilder told) {
        var phase =
                status.phase() == null || isOver(status) ? "" : status.phase().name();
        if (!phase.isEmpty() && !phase.contentEquals(told)) {
            told.setLength(0);
            told.append(phase);
            program.note("%s: %s%s"
                    .formatted(made, phase, status.targetNodeName() == null ? "" : " to " + status.targetNodeName()));
        }
    }

    private int ended(String made, VirtualMachineMigrationStatus status) {
        if (status.phase() == MigrationPhase.Succeeded) {
            program.say("%s: on %s".formatted(Kind.MACHINE.of(name), String.valueOf(status.targetNodeName())));
            return 0;
        }
        throw Failure.error("%s %s: %s"
                .formatted(
                        Kind.MIGRATION.of(made),
                        String.valueOf(status.phase()),
                        status.conditions().stream()
                                .filter(condition -> condition.type().equals("Ready"))
                                .map(condition -> condition.reason() + ": " + condition.message())
                                .findFirst()
                                .orElse("no reason is told")));
    }
}
