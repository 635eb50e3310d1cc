package dev.meridian.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import dev.meridian.api.v1alpha1.MigrationPhase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * How long a guest stands still when it goes to another node, and how long from the wish until it goes on there, beside
 * virsh with the same guest, in turn. Both by libvirt's events on the observer's own connections. Needs two nodes.
 */
final class MigrationBench {
    private static final int ROUNDS = Integer.getInteger("bench.migrations", 10);
    private static final int WARM_UP = 2;

    private final Testbed testbed;
    private final Machines machines;
    private final LiveMigrations migrations;
    private final ObserverLog observed;
    private final List<Double> downtimes = new ArrayList<>();
    private final List<Double> totals = new ArrayList<>();
    private final List<Double> virshDowntimes = new ArrayList<>();
    private final List<Double> virshTotals = new ArrayList<>();

    private MigrationBench(Testbed testbed, Machines machines) {
        this.testbed = testbed;
        this.machines = machines;
        this.migrations = new LiveMigrations(machines);
        this.observed = ObserverLog.of(testbed);
    }

    static void run(Testbed testbed) {
        if (testbed.nodes().size() < 2) {
            throw new IllegalStateException("part migration needs a testbed of two nodes");
        }
        try (var machines = new Machines(testbed, "bench")) {
            new MigrationBench(testbed, machines).run();
        }
    }

    private void run() {
        var uid = machines.create("goes", "").getMetadata().getUid();
        machines.awaitReady("goes", "Running");
        var nodes = testbed.nodes();
        var virsh = VirshMachine.like(
                testbed, nodes.getFirst(), "by-virsh-goes", machines.inactiveXml(machines.nodeOf("goes"), "goes"));
        virsh.start();
        for (int round = 0; round < ROUNDS + WARM_UP; round++) {
            operator(uid, "goes-" + round);
            virsh(virsh, nodes.get(round % 2), nodes.get((round + 1) % 2));
            if (round + 1 == WARM_UP) {
                List.of(downtimes, totals, virshDowntimes, virshTotals).forEach(List::clear);
            }
        }
        testbed.virsh(nodes.get((ROUNDS + WARM_UP) % 2), "destroy", virsh.name())
                .orFail();
        testbed.virsh(nodes.get((ROUNDS + WARM_UP) % 2), "undefine", virsh.name())
                .orFail();
        tell("downtime", downtimes, virshDowntimes, 1.05);
        tell("total", totals, virshTotals, 1.25);
    }

    private static void tell(String what, List<Double> ours, List<Double> virsh, double limit) {
        var our = Figures.percentile(ours, 50);
        var its = Figures.percentile(virsh, 50);
        Figures.note("migration %s: operator p50 %.0f ms, virsh p50 %.0f ms; %d rounds", what, our, its, ROUNDS);
        Figures.atMost("migration-" + what + "-ratio", our / its, limit);
    }

    private void operator(String uid, String name) {
        var resumed = observed.events(uid, "resumed").size();
        var begin = nanos();
        migrations.create(name, "goes", "");
        var end = observed.await(uid, "resumed", resumed + 1);
        if (migrations.awaitEnd(name).phase() != MigrationPhase.Succeeded) {
            throw new IllegalStateException("migration %s did not succeed".formatted(name));
        }
        machines.awaitReady("goes", "Running");
        totals.add(millis(begin, end));
        downtimes.add(millis(suspended(uid), end));
    }

    private void virsh(VirshMachine machine, Testbed.Node from, Testbed.Node to) {
        var resumed = observed.events(machine.uid(), "resumed").size();
        var begin = nanos();
        machine.migrate(from, to);
        var end = observed.await(machine.uid(), "resumed", resumed + 1);
        virshTotals.add(millis(begin, end));
        virshDowntimes.add(millis(suspended(machine.uid()), end));
    }

    /** When it last stood still at the node that it left. */
    private long suspended(String uid) {
        return observed.events(uid, "suspended").stream()
                .filter(event -> event.path("detail").asText().equals("migrated"))
                .map(event -> event.path("ns"))
                .mapToLong(JsonNode::asLong)
                .max()
                .orElseThrow();
    }

    private static long nanos() {
        var now = Instant.now();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }

    private static double millis(long begin, long end) {
        return (end - begin) / 1e6;
    }
}
