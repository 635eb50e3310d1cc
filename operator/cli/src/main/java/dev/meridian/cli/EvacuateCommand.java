package dev.meridian.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.meridian.api.v1alpha1.Meridian;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code evacuate}: taints a node, so that its machines leave it. */
@Command(
        description =
                "Adds the taint meridian.dev/maintenance:NoSchedule to the Node: its machines go to other nodes, as"
                        + " their evictionStrategy says, and nothing new is placed there. Pods stay: kubectl drain moves them as"
                        + " well.",
        sortOptions = false)
final class EvacuateCommand implements Callable<Integer> {
    private static final int ATTEMPTS = 5;

    private final Program program;

    @Parameters(paramLabel = "NODE", description = "Its name.")
    @SuppressWarnings("NullAway.Init")
    private String node;

    @Option(names = "--dry-run", description = "Only says what would become of each machine.")
    private boolean isDryRun;

    @Option(names = "--undo", description = "Takes the taint away again: machines may come.")
    private boolean isUndone;

    @Option(names = "--wait", description = "Waits until all that leave have left.")
    private boolean isToWait;

    @Mixin
    private final WaitLimit limit = new WaitLimit();

    EvacuateCommand(Program program) {
        this.program = program;
    }

    @Override
    public Integer call() {
        var timeout = limit.limit();
        try (var cluster = program.cluster()) {
            if (isUndone) {
                return mark(cluster, false);
            }
            cluster.get(Kind.NODE, "", node);
            var there = running(cluster);
            if (!there.isEmpty()) {
                program.out().print(table(there).text());
            }
            if (isDryRun) {
                program.say("%s: %d machines run there; nothing was written (dry run)"
                        .formatted(Kind.NODE.of(node), there.size()));
                return 0;
            }
            mark(cluster, true);
            return isToWait ? awaitEmpty(cluster, there, timeout) : 0;
        }
    }

    static Table table(List<MachineView> machines) {
        return new Table(
                List.of("NAMESPACE", "MACHINE", "STRATEGY", "WHAT BECOMES OF IT", "WHY"),
                machines.stream()
                        .map(machine -> {
                            var departure = Departure.of(machine);
                            return List.of(
                                    machine.namespace(),
                                    machine.name(),
                                    machine.evictionStrategy().name(),
                                    departure.words(),
                                    departure.reason());
                        })
                        .toList());
    }

    private List<MachineView> running(Cluster cluster) {
        return cluster.list(Kind.MACHINE, Optional.empty(), Map.of("fieldSelector", "status.nodeName=" + node)).stream()
                .map(MachineView::of)
                .filter(MachineView::isUp)
                .toList();
    }

    private int mark(Cluster cluster, boolean isToBeThere) {
        for (var attempt = 1; ; attempt++) {
            var seen = cluster.get(Kind.NODE, "", node);
            var change = taints(seen, isToBeThere);
            if (change.isEmpty()) {
                program.say("%s: taint %s is %s already; nothing was written"
                        .formatted(Kind.NODE.of(node), Meridian.MAINTENANCE_TAINT, isToBeThere ? "there" : "gone"));
                return 0;
            }
            try {
                cluster.patch(Kind.NODE, "", node, change.get());
                program.say("%s: taint %s:NoSchedule %s"
                        .formatted(
                                Kind.NODE.of(node),
                                Meridian.MAINTENANCE_TAINT,
                                isToBeThere ? "written" : "taken away"));
                return 0;
            } catch (Failure e) {
                if (!e.isConflict() || attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    /** Taints are written as one list: by the version that was read, so that nobody else's is lost. Empty: all is so. */
    static Optional<ObjectNode> taints(JsonNode seen, boolean isToBeThere) {
        var others = Json.object();
        var all = others.putObject("spec").putArray("taints");
        var isThere = false;
        for (var taint : seen.at("/spec/taints")) {
            var isOurs = taint.path("key").asText().equals(Meridian.MAINTENANCE_TAINT);
            isThere |= isOurs;
            if (!isOurs) {
                all.add(taint);
            }
        }
        if (isThere == isToBeThere) {
            return Optional.empty();
        }
        if (isToBeThere) {
            all.addObject().put("key", Meridian.MAINTENANCE_TAINT).put("effect", "NoSchedule");
        }
        others.putObject("metadata")
                .put("resourceVersion", seen.at("/metadata/resourceVersion").asText());
        return Optional.of(others);
    }

    /** One machine after the other: as long as one is there, the node is not empty. */
    private int awaitEmpty(Cluster cluster, List<MachineView> there, Duration timeout) {
        var end = System.nanoTime() + timeout.toNanos();
        var before = there.stream().filter(EvacuateCommand::leaves).toList();
        while (true) {
            var still =
                    running(cluster).stream().filter(EvacuateCommand::leaves).toList();
            var names = still.stream().map(EvacuateCommand::fullName).toList();
            before.stream()
                    .map(EvacuateCommand::fullName)
                    .filter(name -> !names.contains(name))
                    .forEach(name -> program.say("%s: has left %s".formatted(name, node)));
            if (still.isEmpty()) {
                program.say("%s: empty but for what stays".formatted(Kind.NODE.of(node)));
                return 0;
            }
            var left = Duration.ofNanos(Math.max(0, end - System.nanoTime()));
            if (left.isZero() || !hasLeft(cluster, still.getFirst(), left)) {
                throw Failure.error("timed out waiting %s for %s to be empty; still there: %s"
                        .formatted(
                                limit.text(),
                                Kind.NODE.of(node),
                                still.stream().map(EvacuateCommand::obstacle).collect(Collectors.joining("; "))));
            }
            before = still;
        }
    }

    private static boolean leaves(MachineView machine) {
        return !(Departure.of(machine) instanceof Departure.Stays);
    }

    private static String fullName(MachineView machine) {
        return machine.namespace() + "/" + machine.name();
    }

    private static String obstacle(MachineView machine) {
        return "%s/%s: %s"
                .formatted(
                        machine.namespace(),
                        machine.name(),
                        machine.condition("Evacuating")
                                .map(condition -> condition.reason() + ": " + condition.message())
                                .orElseGet(machine::state));
    }

    private boolean hasLeft(Cluster cluster, MachineView machine, Duration left) {
        try {
            return cluster.await(Kind.MACHINE, machine.namespace(), machine.name(), left, object -> {
                        var seen = MachineView.of(object);
                        return !node.equals(seen.status().nodeName()) || !seen.isUp();
                    })
                    .isPresent();
        } catch (Failure e) {
            if (e.isNotFound()) {
                return true;
            }
            throw e;
        }
    }
}
