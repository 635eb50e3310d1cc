package dev.meridian.e2e;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;

/**
 * How long {@code kubectl drain} takes to empty a node of machines that go on elsewhere, beside virsh with as many equal
 * guests, so many of them at a time as the controller lets go; in turn. Needs two nodes.
 */
final class DrainBench {
    private static final int MACHINES = Integer.getInteger("bench.drained", 10);
    private static final int ROUNDS = Integer.getInteger("bench.drains", 2);
    private static final int AT_A_TIME = 2;
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private final Testbed testbed;
    private final Machines machines;
    private final List<Double> drains = new ArrayList<>();
    private final List<Double> virsh = new ArrayList<>();

    private DrainBench(Testbed testbed, Machines machines) {
        this.testbed = testbed;
        this.machines = machines;
    }

    static void run(Testbed testbed) {
        try (var machines = new Machines(testbed, "drain")) {
            new DrainBench(testbed, machines).run();
        }
    }

    private void run() {
        var nodes = testbed.nodes();
        var names = IntStream.range(0, MACHINES).mapToObj(i -> "drained-" + i).toList();
        names.forEach(name -> machines.create(
                name,
                "  nodeSelector: {kubernetes.io/hostname: %s}\n"
                        .formatted(nodes.getFirst().name())));
        names.forEach(name -> machines.awaitReady(name, "Running"));
        names.forEach(name -> machines.patchSpec(name, "{\"nodeSelector\":null}"));
        names.forEach(name -> machines.awaitCondition(name, "LiveMigratable", "Migratable"));
        var xml = machines.inactiveXml(nodes.getFirst(), names.getFirst());
        var cpu = ProcessTimes.ofNodes(testbed);
        for (int round = 0; round < 2 * ROUNDS; round++) {
            drain(nodes.get(round % 2), names);
        }
        cpu.tellSince("while nodes are drained");
        names.forEach(machines::delete);
        names.forEach(machines::awaitGone);
        var guests = names.stream()
                .map(name -> VirshMachine.like(testbed, nodes.getFirst(), "by-virsh-" + name, xml))
                .toList();
        guests.forEach(VirshMachine::start);
        cpu = ProcessTimes.ofNodes(testbed);
        for (int round = 0; round < 2 * ROUNDS; round++) {
            loop(guests, nodes.get(round % 2), nodes.get((round + 1) % 2));
        }
        cpu.tellSince("while virsh migrates");
        guests.forEach(VirshMachine::remove);
        var ours = Figures.percentile(drains, 50);
        var theirs = Figures.percentile(virsh, 50);
        Figures.note(
                "drain of %d machines: kubectl drain p50 %.1f s, virsh %d at a time p50 %.1f s; %d rounds",
                MACHINES, ours, AT_A_TIME, theirs, 2 * ROUNDS);
        Figures.report("drain-seconds", ours);
        Figures.atMost("drain-seconds-ratio", ours / theirs, 1.25);
    }

    private void drain(Testbed.Node node, List<String> names) {
        var begin = Instant.now();
        testbed.kubectl("drain", node.name(), "--ignore-daemonsets", "--timeout=" + LIMIT.toSeconds() + "s")
                .orFail();
        drains.add(seconds(begin));
        names.forEach(name -> machines.awaitReady(name, "Running"));
        if (names.stream().anyMatch(name -> machines.nodeOf(name).name().equals(node.name()))) {
            throw new IllegalStateException("a machine is on the drained node " + node.name());
        }
        testbed.kubectl("uncordon", node.name()).orFail();
        Awaitility.await("the reservations that were left to be gone")
                .atMost(LIMIT)
                .until(() -> machines.client
                                .pods()
                                .inNamespace(machines.namespace)
                                .list()
                                .getItems()
                                .size()
                        == names.size());
    }

    private void loop(List<VirshMachine> guests, Testbed.Node from, Testbed.Node to) {
        var begin = Instant.now();
        var waiting = new ConcurrentLinkedQueue<>(guests);
        try (var workers = Executors.newFixedThreadPool(AT_A_TIME)) {
            var all = IntStream.range(0, AT_A_TIME)
                    .mapToObj(_ -> CompletableFuture.runAsync(
                            () -> {
                                for (var next = waiting.poll(); next != null; next = waiting.poll()) {
                                    next.migrate(from, to);
                                }
                            },
                            workers))
                    .toArray(CompletableFuture[]::new);
            CompletableFuture.allOf(all).join();
        }
        virsh.add(seconds(begin));
    }

    private static double seconds(Instant begin) {
        return Duration.between(begin, Instant.now()).toMillis() / 1e3;
    }
}
