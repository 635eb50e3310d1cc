package dev.meridian.cli;

import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command {@code kubectl meridian}. */
@Command(
        name = "kubectl meridian",
        header = "Virtual machines of Meridian.",
        synopsisSubcommandLabel = "COMMAND",
        sortOptions = false,
        usageHelpAutoWidth = true)
final class Main implements Runnable {
    /** Asks what may stand in place of the last word: the words of cobra's hidden command. */
    static final String COMPLETE = "__complete";

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    private Main() {}

    public static void main(String[] arguments) {
        // What libraries log is for nobody who types a command.
        System.setProperty("slf4j.internal.verbosity", "ERROR");
        var program = new Program(
                new PrintWriter(new OutputStreamWriter(System.out, StandardCharsets.UTF_8)),
                new PrintWriter(new OutputStreamWriter(System.err, StandardCharsets.UTF_8), true),
                InstantSource.system(),
                System.getenv(),
                new ConnectionFlags());
        System.exit(run(program, arguments));
    }

    /** Gives the exit code: 0, or 1 when something is said on {@code err}. */
    static int run(Program program, String... arguments) {
        try {
            if (arguments.length > 0 && arguments[0].equals(COMPLETE)) {
                return Completion.answer(program, Arrays.asList(arguments).subList(1, arguments.length));
            }
            return commands(program, List.of(arguments)).execute(arguments);
        } finally {
            program.out().flush();
            program.err().flush();
        }
    }

    /** @param words of the command line: a command whose name is none of them is known by name and header alone */
    static CommandLine commands(Program program, List<String> words) {
        var spec = CommandSpec.forAnnotatedObject(new Main());
        spec.addOption(OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .scopeType(ScopeType.INHERIT)
                .order(99)
                .description("Tells how the command is used.")
                .build());
        spec.addMixin("connection", CommandSpec.forAnnotatedObject(program.flags()));
        var all = new CommandLine(spec);
        for (var entry : CommandName.values()) {
            all.addSubcommand(entry.name(), words.contains(entry.name()) ? entry.whole(program) : entry.bare());
        }
        abbreviate(all);
        return all.setOut(program.out())
                .setErr(program.err())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setOverwrittenOptionsAllowed(true)
                .setExpandAtFiles(false)
                .setParameterExceptionHandler((e, _) -> fail(program, Failures.misused(e)))
                .setExecutionExceptionHandler((e, _, _) -> fail(program, e));
    }

    private static void abbreviate(CommandLine command) {
        command.getCommandSpec().usageMessage().abbreviateSynopsis(true);
        command.getSubcommands().values().forEach(Main::abbreviate);
    }

    private static int fail(Program program, Exception e) {
        program.out().flush();
        program.note(Failures.line(e));
        return 1;
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
