package dev.meridian.e2e;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;

/** How long after the end of an agent its successor has confirmed the status of every machine. */
final class RecoveryBench {
    private static final int MACHINES = 20;
    private static final int ROUNDS = 3;

    private RecoveryBench() {}

    static void run(Testbed testbed) {
        try (var machines = new Machines(testbed, "bench")) {
            var names =
                    IntStream.range(0, MACHINES).mapToObj(i -> "recovers-" + i).toList();
            names.forEach(name -> machines.create(name, "  stopMode: Hard\n"));
            names.forEach(name -> machines.awaitReady(name, "Running"));
            var millis = IntStream.range(0, ROUNDS)
                    .mapToObj(round -> recovery(testbed, machines, names, 200 + round))
                    .toList();
            Figures.note("recovery: %s ms, from the start of the next agent to all statuses", millis);
            Figures.report("agent-restart-recovery-ms", Figures.percentile(millis, 50));
        }
    }

    /** An unchanged machine costs no write: each spec is edited meanwhile, so that its confirmation can be seen. */
    private static double recovery(Testbed testbed, Machines machines, List<String> names, int graceSeconds) {
        var node = testbed.nodes().getFirst().name();
        testbed.verb("agent", "kill", node).orFail();
        names.forEach(
                name -> machines.patchSpec(name, "{\"terminationGracePeriodSeconds\":%d}".formatted(graceSeconds)));
        var begin = System.nanoTime();
        testbed.verb("agent", "start", node).orFail();
        Awaitility.await("all statuses")
                .atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> machines.all().stream()
                        .allMatch(vm -> vm.getMetadata()
                                .getGeneration()
                                .equals(Machines.status(vm).observedGeneration())));
        return (System.nanoTime() - begin) / 1e6;
    }
}
