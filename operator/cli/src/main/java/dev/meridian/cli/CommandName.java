package dev.meridian.cli;

import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** The commands, in the order in which help tells of them. Only the one that is asked for is looked at more closely. */
enum CommandName {
    list("Machines with state, node and clock."),
    status("What is known of a machine, or of each."),
    start(Wish.start.header()),
    stop(Wish.stop.header()),
    restart(Wish.restart.header()),
    reset(Wish.reset.header()),
    pause(Wish.pause.header()),
    resume(Wish.resume.header()),
    migrate("Has a machine go to another node as it runs."),
    evacuate("Has all machines leave a node."),
    wait("Waits until a machine is as wished."),
    guest("What a machine's guest agent tells."),
    images("Images, and how far nodes are with them."),
    doctor("What a node lacks, and how to mend it."),
    create("Prints a machine's manifest; writes nothing."),
    version("Of this program, and what the cluster serves."),
    completion("Prints a script that completes kubectl-meridian in a shell.");

    private final String header;

    CommandName(String header) {
        this.header = header;
    }

    /** Of which nothing is known but what it is for: reflection on all of them takes longer than most commands. */
    CommandLine bare() {
        return headed(new CommandLine(CommandSpec.create()));
    }

    CommandLine whole(Program program) {
        return headed(
                switch (this) {
                    case list -> new CommandLine(new ListCommand(program));
                    case status -> new CommandLine(new StatusCommand(program));
                    case start, stop, restart, reset, pause, resume -> wish(program, Wish.valueOf(name()));
                    case migrate -> new CommandLine(new MigrateCommand(program));
                    case evacuate -> new CommandLine(new EvacuateCommand(program));
                    case wait -> new CommandLine(new WaitCommand(program));
                    case guest -> new CommandLine(new GuestCommand(program));
                    case images -> new CommandLine(new ImagesCommand(program));
                    case doctor -> new CommandLine(new DoctorCommand(program));
                    case create -> new CommandLine(new CreateCommand(program));
                    case version -> new CommandLine(new VersionCommand(program));
                    case completion -> new CommandLine(new CompletionCommand(program));
                });
    }

    private CommandLine headed(CommandLine command) {
        command.getCommandSpec().name(name()).usageMessage().header(header);
        return command;
    }

    private static CommandLine wish(Program program, Wish wish) {
        var command = new CommandLine(new WishCommand(program, wish));
        command.getCommandSpec().usageMessage().description(wish.description());
        if (wish.strategies().isEmpty()) {
            command.getCommandSpec().remove(command.getCommandSpec().findOption("--run-strategy"));
        }
        return command;
    }
}
