package dev.meridian.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The list of options in docs/configuration.md, which {@code -Ddocs.write=true} writes anew from the commands. */
class ConfigurationTest {
    private static final Path PAGE = Path.of("../../docs/configuration.md");

    @Test
    void documentListsTheOptionsThatThereAre() throws IOException {
        // given
        var page = Files.readString(PAGE);
        // when
        var listed = withTables(page);
        // then
        if (Boolean.getBoolean("docs.write")) {
            Files.writeString(PAGE, listed);
        }
        assertThat(Files.readString(PAGE)).isEqualTo(listed);
    }

    private static String withTables(String page) {
        var commands = Main.commandLine(_ -> null).getSubcommands();
        var text = page;
        for (var command : commands.entrySet()) {
            var begin = "<!-- options of meridian %s -->\n".formatted(command.getKey());
            var end = "<!-- end -->\n";
            assertThat(text).contains(begin);
            int from = text.indexOf(begin) + begin.length();
            text = text.substring(0, from)
                    + table(command.getValue().getCommandSpec())
                    + text.substring(text.indexOf(end, from));
        }
        return text;
    }

    private static String table(CommandSpec command) {
        return Stream.concat(
                        Stream.of("| option | environment | what it says |", "|---|---|---|"),
                        command.options().stream()
                                .filter(option -> Environment.variable(option).isPresent())
                                .map(ConfigurationTest::row))
                .map(line -> line + "\n")
                .collect(Collectors.joining());
    }

    private static String row(OptionSpec option) {
        var description = String.join(" ", option.description())
                .replace("${DEFAULT-VALUE}", "`%s`".formatted(option.defaultValue()));
        return "| `%s` | `%s` | %s |"
                .formatted(option.longestName(), Environment.variable(option).orElseThrow(), description);
    }
}
