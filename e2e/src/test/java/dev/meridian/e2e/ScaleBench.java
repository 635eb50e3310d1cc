package dev.meridian.e2e;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How soon machines run in a cluster of many nodes and machines, and what that costs. API server, scheduler, controller
 * manager and controller are the real ones, agents are as shipped; kwok plays the kubelets, libvirt's test driver the
 * hypervisors. Needs a testbed without nodes.
 */
final class ScaleBench {
    private static final int NODES = Integer.getInteger("bench.scale.nodes", 500);
    private static final int MACHINES = Integer.getInteger("bench.scale.machines", 8_000);
    private static final int NODES_PER_PROCESS = Integer.getInteger("bench.scale.crowd", 100);
    private static final int STEADY = Integer.getInteger("bench.scale.steady", 600);
    private static final int BURST = Integer.getInteger("bench.scale.burst", 300);
    private static final double STEADY_RATE = 10;
    private static final double BURST_RATE = 100;
    private static final double FILL_RATE = Integer.getInteger("bench.scale.fill", 60);
    private static final Duration PATIENCE = Duration.ofMinutes(Integer.getInteger("bench.scale.minutes", 20));

    private final Testbed testbed;
    private final KubernetesClient client;

    private ScaleBench(Testbed testbed, KubernetesClient client) {
        this.testbed = testbed;
        this.client = client;
    }

    static void run(Testbed testbed) {
        try (var client = testbed.client()) {
            new ScaleBench(testbed, client).run();
        }
    }

    private void run() {
        testbed.verb("kwok", "start").orFail();
        var begin = Instant.now();
        try (var nodes = SimulatedNodes.of(testbed, client, NODES, NODES_PER_PROCESS)) {
            nodes.awaitLabelled(PATIENCE);
            Figures.note("scale: %d nodes take machines after %.0f s", NODES, seconds(begin));
            Figures.note("scale: controller with no machine %.0f MiB", controllerMebibytes());
            fill(nodes);
            plainPods("plain", STEADY_RATE, STEADY / 2);
            var audited = Instant.now();
            var cpu = ProcessTimes.now(testbed, nodes.pids());
            var steady = machines("steady", STEADY_RATE, STEADY);
            cpu.tellSince("at %.0f/s".formatted(STEADY_RATE));
            var writes = AuditLog.since(testbed, audited);
            tell("scale-start", steady, 0.2, 0.5);
            Figures.note("scale: writes at %.0f/s: %s", STEADY_RATE, writes.writesTo());
            Figures.atMost(
                    "scale-api-writes-per-start",
                    (double) writes.oursTo("virtualmachines", "pods", "events") / STEADY,
                    5);
            plainPods("plainburst", BURST_RATE, BURST);
            var burst = machines("burst", BURST_RATE, BURST);
            report("scale-burst", burst);
            Figures.atMost("scale-controller-rss-mib", controllerMebibytes(), 400);
            Figures.note("scale: %.1f MiB resident for each agent", nodes.mebibytes() / NODES);
            var heard = nodes.heard();
            Figures.note("scale: agents were told %d times of machines of their nodes", heard.own());
            Figures.atMost("agent-watch-events-foreign", (double) heard.foreign(), 0);
        }
    }

    /** What is there when the figures are taken. */
    private void fill(SimulatedNodes nodes) {
        var count = MACHINES - STEADY - BURST;
        var begin = Instant.now();
        var cpu = ProcessTimes.now(testbed, nodes.pids());
        machines("fill", FILL_RATE, count);
        var took = seconds(begin);
        cpu.tellSince("at %.0f/s".formatted(count / took));
        Figures.note("scale: %d machines run after %.0f s, %.0f/s", count, took, count / took);
    }

    private List<Double> machines(String phase, double rate, int count) {
        var arrivals = Arrivals.ofMachines(client, phase);
        var took = arrivals.run(names(phase, count), rate, PATIENCE);
        Figures.note(
                "scale: %s: a machine has its node at %.0f/s: p50 %.3f s, p95 %.3f s",
                phase, rate, Figures.percentile(arrivals.placed(), 50), Figures.percentile(arrivals.placed(), 95));
        return took;
    }

    /** The same scheduler, nodes, machine and rate without us: until a pod is bound. */
    private void plainPods(String phase, double rate, int count) {
        var arrivals = Arrivals.ofPods(client, phase);
        var bound = arrivals.run(names(phase, count), rate, PATIENCE);
        Figures.note(
                "scale: a pod that is nobody's is bound at %.0f/s: p50 %.3f s, p95 %.3f s",
                rate, Figures.percentile(bound, 50), Figures.percentile(bound, 95));
        arrivals.remove();
    }

    private static List<String> names(String phase, int count) {
        return IntStream.range(0, count).mapToObj(i -> phase + "-" + i).toList();
    }

    private static void tell(String name, List<Double> latencies, double p50, double p95) {
        Figures.atMost(name + "-p50-seconds", Figures.percentile(latencies, 50), p50);
        Figures.atMost(name + "-p95-seconds", Figures.percentile(latencies, 95), p95);
    }

    private static void report(String name, List<Double> latencies) {
        Figures.report(name + "-p50-seconds", Figures.percentile(latencies, 50));
        Figures.report(name + "-p95-seconds", Figures.percentile(latencies, 95));
    }

    private double controllerMebibytes() {
        return MemoryBench.mebibytes(testbed.verb("pid", "controller").orFail());
    }

    private static double seconds(Instant begin) {
        return Duration.between(begin, Instant.now()).toMillis() / 1e3;
    }
}
