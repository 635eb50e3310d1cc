package dev.meridian.e2e;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;

/** What is written while machines run and nothing changes, every machine being looked at twice a minute. */
final class IdleBench {
    private static final int MACHINES = 20;
    private static final Duration WATCHED = Duration.ofSeconds(Integer.getInteger("bench.idle.seconds", 300));

    private IdleBench() {}

    static void run(Testbed testbed) {
        var node = testbed.nodes().getFirst().name();
        testbed.verb("agent", "stop", node).orFail();
        testbed.verb("controller", "stop").orFail();
        testbed.verb("controller", "start", "--", "--resync", "PT30S").orFail();
        testbed.verb("agent", "start", node, "--", "--resync", "PT30S").orFail();
        try (var machines = new Machines(testbed, "idle")) {
            var names = IntStream.range(0, MACHINES).mapToObj(i -> "idle-" + i).toList();
            BurstBench.allAtOnce(names.stream()
                    .<Callable<String>>map(name -> () -> machines.post(machines.manifest(name, "  stopMode: Hard\n")))
                    .toList());
            names.forEach(name -> machines.awaitReady(name, "Running"));
            AuditLog.awaitQuiet(testbed);

            var since = Instant.now();
            Awaitility.await("the end of the watch")
                    .atMost(WATCHED.plusMinutes(1))
                    .pollInterval(Duration.ofSeconds(1))
                    .until(() -> Instant.now().isAfter(since.plus(WATCHED)));

            var audit = AuditLog.since(testbed, since);
            Figures.note(
                    "idle: %d machines, %d s; written by others: kubelet %d, scheduler %d",
                    MACHINES, WATCHED.toSeconds(), audit.by("kubelet"), audit.by("scheduler"));
            if (audit.ours() > 0) {
                Figures.note("idle: %s", audit.writesTo());
            }
            Figures.atMost("api-writes-idle", audit.ours(), 0);
        }
        testbed.verb("agent", "stop", node).orFail();
        testbed.verb("controller", "stop").orFail();
        testbed.verb("controller", "start").orFail();
        testbed.verb("agent", "start", node).orFail();
    }
}
