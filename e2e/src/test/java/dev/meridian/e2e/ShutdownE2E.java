package dev.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Either process ends within seconds of SIGTERM, whatever it waits for, and is not told to be dead while it waits. */
@Processes("it sends SIGTERM to agent and controller, and measures how soon each process ends")
class ShutdownE2E {
    private static final Testbed TESTBED = Testbed.open();
    private static final Testbed.Node NODE = TESTBED.nodes().getFirst();

    /** Generous, as machines are noisy: 0.2 to 2.5 s were measured. What waits for libvirt or the API server takes far longer. */
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private static final Duration UP = Duration.ofSeconds(60);

    private final Management agent = Management.of(NODE);
    private final Management controller = Management.ofController();

    @AfterEach
    void startAgain() {
        TESTBED.verb("agent", "stop", NODE.name());
        TESTBED.verb("agent", "start", NODE.name()).orFail();
        TESTBED.verb("controller", "stop");
        TESTBED.verb("controller", "start").orFail();
        awaitStatus(agent, "/readyz", 200);
        awaitStatus(controller, "/readyz", 200);
    }

    @Test
    void processesThatWorkEndAtOnce() {
        // given
        awaitStatus(agent, "/readyz", 200);
        awaitStatus(controller, "/readyz", 200);
        // when
        var ofAgent = terminate(pid("agent", NODE.name()));
        var ofController = terminate(pid("controller"));
        // then
        assertThat(ofAgent).isLessThan(LIMIT);
        assertThat(ofController).isLessThan(LIMIT);
    }

    @Test
    void agentEndsWhileLibvirtHangs() {
        // given
        var libvirtd = pid("libvirtd", NODE.name());
        signal("STOP", libvirtd);
        try {
            awaitStatus(agent, "/readyz", 503);
            assertThat(agent.get("/livez").statusCode()).isEqualTo(200);
            // when
            var taken = terminate(pid("agent", NODE.name()));
            // then
            assertThat(taken).isLessThan(LIMIT);
        } finally {
            signal("CONT", libvirtd);
        }
    }

    @Test
    void processesEndWhileTheApiServerIsAway() {
        // given
        TESTBED.verb("apiserver", "stop").orFail();
        try {
            awaitStatus(controller, "/livez", 200);
            assertThat(agent.get("/livez").statusCode()).isEqualTo(200);
            // when
            var ofAgent = terminate(pid("agent", NODE.name()));
            var ofController = terminate(pid("controller"));
            // then
            assertThat(ofAgent).isLessThan(LIMIT);
            assertThat(ofController).isLessThan(LIMIT);
        } finally {
            TESTBED.verb("apiserver", "start").orFail();
        }
    }

    private static ProcessHandle pid(String... service) {
        var arguments = Stream.concat(Stream.of("pid"), Stream.of(service)).toArray(String[]::new);
        return ProcessHandle.of(Long.parseLong(TESTBED.verb(arguments).orFail().strip()))
                .orElseThrow();
    }

    private static void signal(String name, ProcessHandle process) {
        Testbed.run(List.of("kill", "-" + name, Long.toString(process.pid()))).orFail();
    }

    /** Java would look for the end of a process that is no child of its own ever more rarely. */
    private static Duration terminate(ProcessHandle process) {
        var begin = System.nanoTime();
        signal("TERM", process);
        Awaitility.await("the process to end")
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> !process.isAlive());
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    private static void awaitStatus(Management process, String page, int status) {
        Awaitility.await(page + " to answer " + status)
                .atMost(UP)
                .ignoreExceptions()
                .until(() -> process.get(page).statusCode() == status);
    }
}
