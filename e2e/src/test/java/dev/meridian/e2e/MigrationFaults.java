package dev.meridian.e2e;

import dev.meridian.api.v1alpha1.MigrationPhase;
import dev.meridian.api.v1alpha1.VirtualMachineMigrationStatus;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * Migrations with a fault in each: something that takes part dies at any time of it and is started again, or a node is cut off. Whatever came of the
 * migration, the guest runs on in one place, its machine says where, and nothing of it is anywhere else. The same seed is the
 * same faults at the same times after the wish.
 */
final class MigrationFaults {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final List<Victim> VICTIMS = List.of(Victim.values());

    /** Who dies, or is cut off. */
    private enum Victim {
        SourceAgent,
        TargetAgent,
        SourceLibvirtd,
        TargetLibvirtd,
        Controller,
        ApiServer,
        SourceNetwork,
        TargetNetwork
    }

    /**
     * @param afterMillis after the wish
     * @param bandwidth of the migration, which decides how long it takes
     */
    private record Fault(Victim victim, int afterMillis, int downMillis, String bandwidth) {
        static Fault any(Random random) {
            return new Fault(
                    VICTIMS.get(random.nextInt(VICTIMS.size())),
                    random.nextInt(2500),
                    500 + random.nextInt(3000),
                    List.of("16Mi", "64Mi", "1Gi").get(random.nextInt(3)));
        }
    }

    /** What the run came to. */
    record Verdict(int runs, int succeeded, int doubled, int lost) {
        void report() {
            Figures.note("migration faults: %d runs, of which %d migrations succeeded", runs, succeeded);
            Figures.atMost("migration-fault-doubled", doubled, 0);
            Figures.atMost("migration-fault-lost", lost, 0);
        }
    }

    private final Machines machines;
    private final Testbed testbed;
    private final LiveMigrations migrations;
    private final PrintWriter history;
    private final String name = "goes";
    private String uid = "";
    private int succeeded;
    private int lost;

    private MigrationFaults(Machines machines, PrintWriter history) {
        this.machines = machines;
        this.testbed = machines.testbed;
        this.migrations = new LiveMigrations(machines);
        this.history = history;
    }

    /** The long run; {@code -Dmigration.faults.seed} and {@code -Dmigration.faults} change it. */
    static Verdict runLong(Testbed testbed) {
        return run(
                testbed,
                Long.getLong("migration.faults.seed", System.nanoTime() % 1_000_000),
                Integer.getInteger("migration.faults", 200));
    }

    static Verdict run(Testbed testbed, long seed, int runs) {
        return run(testbed, seed, runs, _ -> "");
    }

    /** @param spec more lines of the machine's */
    static Verdict run(Testbed testbed, long seed, int runs, Function<Machines, String> spec) {
        var file = Path.of(System.getProperty("meridian.testbed", "target/testbed/testbed.json"))
                .resolveSibling("migration-faults-" + seed + ".log");
        Figures.note("migration faults: %d of seed %d; history in %s", runs, seed, file);
        try (var history = new PrintWriter(file.toFile(), StandardCharsets.UTF_8);
                var machines = new Machines(testbed, "moves")) {
            var verdict = new MigrationFaults(machines, history).go(new Random(seed), runs, spec.apply(machines));
            verdict.report();
            return verdict;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Verdict go(Random random, int runs, String spec) {
        uid = machines.create(name, spec).getMetadata().getUid();
        machines.awaitReady(name, "Running");
        machines.type(name, "echo kept > /tmp/kept");
        IntStream.range(0, runs).forEach(number -> run(number, Fault.any(random)));
        var boots = machines.observed(uid).path("boots").asInt();
        var kept = machines.type(name, "cat /tmp/kept").contains("kept");
        if (boots != 1 || !kept) {
            note("EVIDENCE lost: the guest was booted %d times".formatted(boots));
            lost++;
        }
        var violations = testbed.verb("violations").output();
        var doubled =
                (int) violations.lines().filter(line -> line.contains(uid)).count();
        violations.lines().filter(line -> line.contains(uid)).forEach(line -> note("EVIDENCE doubled: " + line));
        return new Verdict(runs, succeeded, doubled, lost);
    }

    private void run(int number, Fault fault) {
        var source = machines.nodeOf(name);
        var target = testbed.nodes().stream()
                .filter(node -> !node.name().equals(source.name()))
                .findFirst()
                .orElseThrow();
        machines.awaitCondition(name, "LiveMigratable", "Migratable");
        note("#%d from %s: %s".formatted(number, source.name(), fault));
        migrations.create(name + "-" + number, name, "  bandwidth: %s\n".formatted(fault.bandwidth()));
        FaultedCluster.lasts(fault.afterMillis());
        happens(fault, source, target);
        var status = awaitEnd(name + "-" + number);
        note("#%d %s %s".formatted(number, status.phase(), LiveMigrations.message(status)));
        if (status.phase() == MigrationPhase.Succeeded) {
            succeeded++;
        }
        machines.awaitReady(name, "Running");
        settled(status.phase() == MigrationPhase.Succeeded ? target : source, number);
        machines.testbed
                .kubectl("-n", machines.namespace, "delete", "vmm", name + "-" + number)
                .orFail();
    }

    private void happens(Fault fault, Testbed.Node source, Testbed.Node target) {
        switch (fault.victim()) {
            case SourceAgent -> restarted(fault, "agent", source.name());
            case TargetAgent -> restarted(fault, "agent", target.name());
            case SourceLibvirtd -> restarted(fault, "libvirtd", source.name());
            case TargetLibvirtd -> restarted(fault, "libvirtd", target.name());
            case Controller -> restarted(fault, "controller");
            case ApiServer -> restarted(fault, "apiserver");
            case SourceNetwork -> cut(fault, source);
            case TargetNetwork -> cut(fault, target);
        }
    }

    private void cut(Fault fault, Testbed.Node node) {
        testbed.verb("node", "unplug", node.name()).orFail();
        FaultedCluster.lasts(fault.downMillis());
        testbed.verb("node", "plug", node.name()).orFail();
    }

    private void restarted(Fault fault, String service, String... node) {
        testbed.verb(arguments(service, "kill", node)).orFail();
        FaultedCluster.lasts(fault.downMillis());
        testbed.verb(arguments(service, "start", node)).orFail();
        // As its Deployment and DaemonSet would.
        if (testbed.verb("pid", "controller").status() != 0) {
            testbed.verb("controller", "start").orFail();
        }
        for (var each : testbed.nodes()) {
            if (testbed.verb("pid", "agent", each.name()).status() != 0) {
                testbed.verb("agent", "start", each.name()).orFail();
            }
        }
    }

    private static String[] arguments(String service, String verb, String... node) {
        return Stream.concat(Stream.of(service, verb), Stream.of(node)).toArray(String[]::new);
    }

    private VirtualMachineMigrationStatus awaitEnd(String migration) {
        return Awaitility.await("migration %s to be over".formatted(migration))
                .atMost(LIMIT)
                .ignoreExceptionsInstanceOf(KubernetesClientException.class)
                .until(() -> migrations.status(migration), status -> status.completedAt() != null);
    }

    /** The guest's one process is where its machine says, one reservation holds its room, and the other node has no domain. */
    private void settled(Testbed.Node home, int number) {
        var other = testbed.nodes().stream()
                .filter(node -> !node.name().equals(home.name()))
                .findFirst()
                .orElseThrow();
        Awaitility.await("#%d to be settled on %s".formatted(number, home.name()))
                .atMost(LIMIT)
                .ignoreExceptionsInstanceOf(KubernetesClientException.class)
                .until(() -> machines.nodeOf(name).name().equals(home.name())
                        && testbed.virsh(other, "domstate", uid).status() != 0
                        && testbed.virsh(home, "domstate", uid).output().contains("running")
                        && machines.client
                                        .pods()
                                        .inNamespace(machines.namespace)
                                        .list()
                                        .getItems()
                                        .size()
                                == 1);
    }

    private void note(String what) {
        history.println(Instant.now() + " " + what);
        history.flush();
    }
}
