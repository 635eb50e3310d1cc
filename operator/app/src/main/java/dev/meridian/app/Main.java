package dev.meridian.app;

import dev.meridian.app.logging.LogFormat;
import dev.meridian.app.logging.LogLevel;
import dev.meridian.app.logging.Logging;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command {@code meridian}: one program, a command for each process. */
@Command(
        name = "meridian",
        description = "Virtual machines on Kubernetes, on each node's own libvirt.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = {AgentCommand.class, ControllerCommand.class, GuardCommand.class, DoctorCommand.class})
final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        Logging.configure(LogFormat.text, LogLevel.info);
        System.exit(commandLine(System::getenv).execute(arguments));
    }

    /** @param environment the value of a variable, null of one that is not set */
    static CommandLine commandLine(UnaryOperator<@Nullable String> environment) {
        return new CommandLine(new Main())
                .setOverwrittenOptionsAllowed(true)
                .setDefaultValueProvider(new Environment(environment));
    }
}
