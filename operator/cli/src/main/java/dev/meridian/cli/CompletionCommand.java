package dev.meridian.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code completion}: a script that has a shell complete {@code kubectl-meridian}. */
@Command(
        description =
                "For 'kubectl meridian', kubectl's own completion asks kubectl_complete-meridian, which must be in"
                        + " the PATH; nothing else is needed. This is for who types kubectl-meridian.",
        sortOptions = false)
final class CompletionCommand implements Callable<Integer> {
    private static final List<String> SHELLS = List.of("bash", "zsh", "fish");

    private final Program program;

    @Parameters(paramLabel = "SHELL", description = "bash, zsh or fish.")
    @SuppressWarnings("NullAway.Init")
    private String shell;

    CompletionCommand(Program program) {
        this.program = program;
    }

    @Override
    public Integer call() {
        if (!SHELLS.contains(shell)) {
            throw Failure.error(
                    "SHELL: \"%s\" is none that is known; give one of %s".formatted(shell, String.join(", ", SHELLS)));
        }
        try (var script = CompletionCommand.class.getResourceAsStream("completion." + shell)) {
            program.out().print(new String(script.readAllBytes(), StandardCharsets.UTF_8));
            return 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
