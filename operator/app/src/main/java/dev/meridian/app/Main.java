package dev.meridian.app;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command {@code meridian}: one program, a command for each process. */
@Command(
        name = "meridian",
        description = "Virtual machines on Kubernetes, on each node's own libvirt.",
        mixinStandardHelpOptions = true,
        subcommands = {AgentCommand.class, ControllerCommand.class})
final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        Logging.configure();
        System.exit(
                new CommandLine(new Main()).setOverwrittenOptionsAllowed(true).execute(arguments));
    }
}
