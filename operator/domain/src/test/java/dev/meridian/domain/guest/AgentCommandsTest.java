package dev.meridian.domain.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AgentCommandsTest {
    @Test
    void argumentsStayArguments() {
        // when
        var command = AgentCommands.exec(List.of("/bin/sh", "-c", "echo \"a\\\n\"},{"));

        // then
        assertThat(command)
                .isEqualTo("{\"execute\":\"guest-exec\",\"arguments\":{\"path\":\"/bin/sh\","
                        + "\"arg\":[\"-c\",\"echo \\\"a\\\\\\n\\\"},{\"]}}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"return\":{\"exited\":true,\"exitcode\":0}} | Succeeded",
                "{\"return\":{\"exited\":true,\"exitcode\":1}} | Failed",
                "{\"return\":{\"exited\":true,\"signal\":9}} | Failed",
                "{\"return\":{\"exited\":true,\"exitcode\":\"0\"}} | Failed",
                "{\"return\":{\"exited\":true,\"exitcode\":0.1}} | Failed",
                "{\"return\":{\"exited\":1}} | Failed",
                "{\"return\":[]} | Failed",
                "{\"return\":{\"exited\":tr | Failed",
                "nonsense | Failed",
            })
    void onlyAnExitWithZeroSucceeds(String answer, String outcome) {
        assertThat(AgentCommands.ended(answer))
                .hasValueSatisfying(
                        ended -> assertThat(ended.getClass().getSimpleName()).isEqualTo(outcome));
    }

    @Test
    void commandThatRunsHasNoOutcome() {
        assertThat(AgentCommands.ended("{\"return\":{\"exited\":false}}")).isEmpty();
    }

    @Test
    void linesOfKeysAreArgumentsOfTheirUser() {
        assertThat(AgentCommands.addAuthorizedKeys("ann", List.of("ssh-ed25519 AAAA \"ann\"")))
                .isEqualTo("{\"execute\":\"guest-ssh-add-authorized-keys\",\"arguments\":{\"username\":\"ann\","
                        + "\"keys\":[\"ssh-ed25519 AAAA \\\"ann\\\"\"]}}");
        assertThat(AgentCommands.removeAuthorizedKeys("ann", List.of()))
                .isEqualTo("{\"execute\":\"guest-ssh-remove-authorized-keys\",\"arguments\":{\"username\":\"ann\","
                        + "\"keys\":[]}}");
        assertThat(AgentCommands.authorizedKeys("ann"))
                .isEqualTo("{\"execute\":\"guest-ssh-get-authorized-keys\",\"arguments\":{\"username\":\"ann\"}}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"return\":{\"keys\":7}}", "{\"return\":{\"keys\":[7, null]}}", "{\"return\":[]}", "{"})
    void linesThatAreNoneAreNoLines(String answer) {
        assertThat(AgentCommands.keys(answer)).isEmpty();
        assertThat(AgentCommands.keys("{\"return\":{\"keys\":[\"a\", 7, \"b\"]}}"))
                .containsExactly("a", "b");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"return\":{\"pid\":\"1\"}}",
                "{\"return\":{\"pid\":99999999999999999999999}}",
                "{\"return\":{\"pid\":1.5}}",
                "{\"return\":7}",
                "[",
                ""
            })
    void processThatIsNoneIsNotFollowed(String answer) {
        assertThat(AgentCommands.process(answer)).isEmpty();
    }

    @Test
    void processAndVersionAreRead() {
        assertThat(AgentCommands.process("{\"return\":{\"pid\":4711}}")).hasValue(4711);
        assertThat(AgentCommands.version("{\"return\":{\"version\":\"7.2.22\",\"supported_commands\":[]}}"))
                .hasValue("7.2.22");
        assertThat(AgentCommands.version("{\"return\":{\"version\":7}}")).isEmpty();
    }
}
