package dev.meridian.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.Writer;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CompletionTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "wa | wait :4",
                "list --sel | --selector :4",
                "list -o '' | wide name json yaml :4",
                "list --output=y | yaml :4",
                "list -n shop -o n | name :4",
                "guest '' | filesystems info :4",
                "guest info web -o '' | json yaml :4",
                "create web --run-strategy M | Manual :4",
                "create web --eviction-strategy L | LiveMigrate LiveMigrateIfPossible :4",
                "create web --user-data '' | :0",
                "create web --cpus '' | :4",
                "create '' | :4",
                "completion z | zsh :4",
                "wait web --for Ru | Running :4",
                "status web '' | :4",
                "unknown '' | :4",
                "status w | :1",
                "--context '' | :4",
            })
    void lastWordIsCompletedByWhatMayStandThere(String words, String candidates) {
        // given
        var arguments = Stream.concat(
                        Stream.of(Main.COMPLETE),
                        Stream.of(words.replace("''", "").split(" ", -1)))
                .toArray(String[]::new);

        // when
        var ran = Ran.run(arguments);

        // then
        assertThat(ran.code()).isZero();
        assertThat(ran.out().lines().map(line -> line.replaceFirst("\t.*", "")))
                .containsExactly(candidates.split(" ", -1));
    }

    @Test
    void machinesAreThoseOfTheClusterThatTheLineNames() {
        // given
        var all = Main.commands(program(), List.of("stop")).getCommandSpec();

        // when
        var asked = Completion.asked(all, List.of("stop", "--context=east", "-n", "shop", "--dry-run", "web", "d"));

        // then
        assertThat(asked.place()).isInstanceOf(Completion.Place.Value.class);
        assertThat(((Completion.Place.Value) asked.place()).label()).isEqualTo("MACHINE");
        assertThat(asked.connection()).containsExactly("--context=east", "-n", "shop");
        assertThat(asked.begun()).isEqualTo("d");
    }

    @ParameterizedTest
    @ValueSource(strings = {"bash", "zsh", "fish"})
    void scriptOfAShellAsksThePlugin(String shell) {
        // when
        var ran = Ran.run("completion", shell);

        // then
        assertThat(ran.out()).contains("kubectl-meridian __complete");
    }

    private static Program program() {
        return new Program(
                new PrintWriter(Writer.nullWriter()),
                new PrintWriter(Writer.nullWriter()),
                InstantSource.fixed(Ran.NOW),
                Map.of(),
                new ConnectionFlags());
    }
}
