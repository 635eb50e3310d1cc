package dev.meridian.e2e;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;

/** The processes as the chart runs them: how soon an agent serves its node, and what they take when nothing happens. */
final class InstallBench {
    private static final int STARTS = 7;
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Duration SETTLED = Duration.ofSeconds(100);
    private static final double MEBIBYTE = 1 << 20;
    private static final ObjectMapper JSON = new ObjectMapper();

    private InstallBench() {}

    static void run(Testbed testbed) {
        Figures.report(
                "image-size-mib",
                new File(testbed.repository(), "deploy/image/target/meridian.tar").length() / MEBIBYTE);
        testbed.verb("install", "pods").orFail();
        try {
            var starts = new ArrayList<Double>();
            for (var i = 0; i < STARTS; i++) {
                starts.add(start(testbed));
            }
            Figures.atMost("agent-start-to-ready-ms", Figures.percentile(starts, 50), 700);
            Figures.note("agent: %s ms from its process to serving its node", starts);
            var agent = process("agent").orElseThrow();
            var controller = process("controller").orElseThrow();
            Awaitility.await("agent and controller to have run for a while")
                    .atMost(SETTLED.multipliedBy(2))
                    .pollInterval(Duration.ofSeconds(1))
                    .until(() ->
                            age(agent).compareTo(SETTLED) > 0 && age(controller).compareTo(SETTLED) > 0);
            Figures.atMost("agent-pod-rss-idle-mib", MemoryBench.mebibytes(Long.toString(agent.pid())), 110);
            Figures.atMost("controller-pod-rss-idle-mib", MemoryBench.mebibytes(Long.toString(controller.pid())), 150);
        } finally {
            testbed.verb("install", "processes").orFail();
        }
    }

    /** Milliseconds from the process of a new agent to its own word that it serves. */
    private static double start(Testbed testbed) {
        var before = process("agent").map(ProcessHandle::pid);
        testbed.kubectl(
                        "-n",
                        "meridian-system",
                        "delete",
                        "pods",
                        "-l",
                        "app.kubernetes.io/component=agent",
                        "--wait=false")
                .orFail();
        var begun = Awaitility.await("another agent")
                .atMost(LIMIT)
                .until(
                        () -> process("agent")
                                .filter(agent -> !Optional.of(agent.pid()).equals(before)),
                        Optional::isPresent)
                .map(agent -> ProcessTimes.start(agent.pid()))
                .orElseThrow();
        // Its log has the time: kubectl, asked all the while, would take it a CPU.
        var served = Awaitility.await("it to serve")
                .atMost(LIMIT)
                .pollDelay(Duration.ofSeconds(3))
                .pollInterval(Duration.ofSeconds(3))
                .until(() -> served(testbed), Optional::isPresent);
        return Duration.between(begun, served.orElseThrow()).toNanos() / 1e6;
    }

    private static Optional<Instant> served(Testbed testbed) {
        var said = testbed.kubectl(
                "-n", "meridian-system", "logs", "-l", "app.kubernetes.io/component=agent", "--tail=-1");
        return said.output()
                .lines()
                .filter(line -> line.contains("\"agent started\""))
                .map(InstallBench::time)
                .reduce((_, last) -> last)
                .filter(_ -> said.status() == 0);
    }

    private static Instant time(String line) {
        try {
            return Instant.parse(JSON.readTree(line).path("time").asText());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(line, e);
        }
    }

    /** The one that runs longest: of two controllers the one that leads, or will. */
    private static Optional<ProcessHandle> process(String command) {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info()
                        .arguments()
                        .map(List::of)
                        .filter(arguments -> arguments.contains(command)
                                && arguments.stream().anyMatch(one -> one.endsWith("meridian-app.jar")))
                        .isPresent())
                .min((a, b) -> age(b).compareTo(age(a)));
    }

    private static Duration age(ProcessHandle process) {
        return process.info()
                .startInstant()
                .map(started -> Duration.between(started, Instant.now()))
                .orElse(Duration.ZERO);
    }
}
