package dev.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** One node, one agent: a second one ends with the reason, and the first does not notice. */
@Processes("it starts a second agent beside the first, with the token and the command of that")
class SecondAgentE2E {
    private static final Testbed TESTBED = Testbed.open();
    private static final Testbed.Node NODE = TESTBED.nodes().getFirst();

    @Test
    void secondAgentIsRefusedByTheLockOfItsNode() {
        // given
        var first = TESTBED.verb("pid", "agent", NODE.name()).orFail();

        // when
        var second = startAnother("/run/meridian", "/var/lib/meridian");

        // then
        assertThat(second.status()).isNotZero();
        assertThat(second.output())
                .contains("another agent holds /run/meridian/agent.lock; one agent may run on a node");
        assertThat(TESTBED.verb("pid", "agent", NODE.name()).orFail()).isEqualTo(first);
    }

    @Test
    void agentOfAnotherHostIsRefusedByTheLeaseOfTheNode() {
        // given
        var first = TESTBED.verb("pid", "agent", NODE.name()).orFail();

        // when
        var second = startAnother("/run/another-host", "/run/another-host");

        // then
        assertThat(second.status()).isNotZero();
        assertThat(second.output())
                .contains("Lease meridian-agent-" + NODE.name() + " is held by host")
                .contains("two hosts must not serve one node");
        assertThat(TESTBED.verb("pid", "agent", NODE.name()).orFail()).isEqualTo(first);
    }

    /** Inside the node, with the first agent's own command and token. */
    private static Testbed.Said startAnother(String runDirectory, String stateDirectory) {
        var agent = Path.of("/proc", TESTBED.verb("pid", "agent", NODE.name()).orFail());
        var command = new ArrayList<>(List.of(
                "nsenter", "--target", TESTBED.verb("pid", "init", NODE.name()).orFail()));
        command.addAll(List.of("--mount", "--uts", "--ipc", "--net", "--pid", "--wd=/", "env"));
        words(agent.resolve("environ"))
                .filter(word -> word.startsWith("KUBECONFIG=") || word.startsWith("JAVA_HOME="))
                .forEach(command::add);
        words(agent.resolve("cmdline"))
                .map(word -> switch (word) {
                    case "/run/meridian" -> runDirectory;
                    case "/var/lib/meridian" -> stateDirectory;
                    default -> word;
                })
                .forEach(command::add);
        // The first one has the usual port.
        command.addAll(List.of("--management-address", "127.0.0.1:0"));
        return Testbed.run(command);
    }

    private static Stream<String> words(Path file) {
        try {
            return Stream.of(Files.readString(file, StandardCharsets.UTF_8).split("\0"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
