package dev.meridian.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;

/** Resident memory of the processes: idle, and for each machine. */
final class MemoryBench {
    private static final int MACHINES = 100;
    private static final Duration SETTLED = Duration.ofSeconds(100);

    private MemoryBench() {}

    /** Once what the start needed is given back. */
    static void idle(Testbed testbed) {
        var agent =
                testbed.verb("pid", "agent", testbed.nodes().getFirst().name()).orFail();
        var controller = testbed.verb("pid", "controller").orFail();
        Awaitility.await("agent and controller to have run for a while")
                .atMost(SETTLED.multipliedBy(2))
                .pollInterval(Duration.ofSeconds(1))
                .until(() ->
                        age(agent).compareTo(SETTLED) > 0 && age(controller).compareTo(SETTLED) > 0);
        Figures.atMost("agent-rss-idle-mib", mebibytes(agent), 110);
        Figures.atMost("controller-rss-idle-mib", mebibytes(controller), 150);
    }

    private static Duration age(String pid) {
        var started = ProcessHandle.of(Long.parseLong(pid.strip()))
                .flatMap(process -> process.info().startInstant())
                .orElseThrow();
        return Duration.between(started, Instant.now());
    }

    /** On libvirt's test driver, in the node's daemon: so many QEMUs are not what is asked. */
    static void growth(Testbed testbed) {
        var node = testbed.nodes().getFirst().name();
        testbed.verb("agent", "stop", node).orFail();
        testbed.verb("controller", "stop").orFail();
        testbed.verb("controller", "start", "--", "--milli-cpu-per-vcpu", "1").orFail();
        testbed.verb("agent", "start", node, "--", "--libvirt-uri", "test+unix:///default")
                .orFail();
        try (var machines = new Machines(testbed, "memory")) {
            awaitTestDriver(testbed, node);
            var before = agent(testbed);
            var names = IntStream.range(0, MACHINES).mapToObj(i -> "m-" + i).toList();
            BurstBench.allAtOnce(names.stream()
                    .<Callable<String>>map(name -> () -> machines.post(small(name, machines.namespace)))
                    .toList());
            names.forEach(name -> machines.awaitReady(name, "Running"));
            var after = agent(testbed);
            Figures.note("agent: %.1f MiB with no machine, %.1f MiB with %d", before, after, MACHINES);
            Figures.atMost("agent-rss-per-machine-mib", (after - before) / MACHINES, 0.25);
        }
        testbed.verb("agent", "stop", node).orFail();
        testbed.verb("controller", "stop").orFail();
        testbed.verb("controller", "start").orFail();
        testbed.verb("agent", "start", node).orFail();
    }

    private static String small(String name, String namespace) {
        return """
                apiVersion: meridian.dev/v1alpha1
                kind: VirtualMachine
                metadata: {name: %s, namespace: %s}
                spec: {hypervisor: Test, memory: {guest: 16Mi}, stopMode: Hard}
                """.formatted(name, namespace);
    }

    private static void awaitTestDriver(Testbed testbed, String node) {
        Awaitility.await("the agent to serve the test driver")
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> testbed.kubectl("get", "hypervisor", node, "-o", "jsonpath={.status.drivers[*].uri}")
                        .output()
                        .startsWith("test"));
    }

    private static double agent(Testbed testbed) {
        return mebibytes(
                testbed.verb("pid", "agent", testbed.nodes().getFirst().name()).orFail());
    }

    static double mebibytes(String pid) {
        try (var lines = Files.lines(Path.of("/proc", pid.strip(), "status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")) / 1024)
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
