package dev.meridian.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/**
 * What may stand in place of a command line's last word, as kubectl asks for it: a candidate a line, with a tab before
 * what it is, then a colon and a number (kubectl, plugin_completion.go; cobra, ShellCompDirective).
 */
final class Completion {
    private static final int ERROR = 1;
    private static final int NO_FILES = 4;
    private static final int FILES = 0;
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private Completion() {}

    /** What may stand there. */
    sealed interface Place {
        record Commands(CommandSpec command) implements Place {}

        record Options(CommandSpec command) implements Place {}

        /** @param label by which the argument is called in the help: it says of what kind it is */
        record Value(CommandSpec command, String label, List<String> candidates) implements Place {}

        record Nothing() implements Place {}
    }

    /**
     * @param connection the words before that say which cluster is meant
     * @param begun what has been typed of the word
     */
    record Asked(Place place, List<String> connection, String begun) {}

    /** Says nothing of failures: nobody would read it. */
    static int answer(Program program, List<String> words) {
        var commands = Main.commands(program, words).getCommandSpec();
        var asked = asked(commands, words.isEmpty() ? List.of("") : words);
        try {
            var candidates = candidates(asked, program).filter(candidate -> candidate.startsWith(asked.begun()));
            candidates.map(candidate -> candidate.replaceAll("\\R", " ")).forEach(program.out()::println);
            var isFile =
                    asked.place() instanceof Place.Value value && value.label().equals("FILE");
            program.out().println(":" + (isFile ? FILES : NO_FILES));
        } catch (Failure e) {
            program.note(Failures.line(e));
            program.out().println(":" + ERROR);
        }
        return 0;
    }

    static Asked asked(CommandSpec all, List<String> words) {
        var command = all;
        var connection = new ArrayList<String>();
        var open = Optional.<OptionSpec>empty();
        var positionals = 0;
        for (var word : words.subList(0, words.size() - 1)) {
            if (open.isPresent()) {
                addIfInherited(open.get(), connection, word);
                open = Optional.empty();
            } else if (word.startsWith("-") && word.length() > 1) {
                var found = option(command, word);
                if (found.isPresent()) {
                    addIfInherited(found.get(), connection, word);
                }
                open = found.filter(option -> takesNext(option, word));
            } else if (positionals == 0 && command.subcommands().containsKey(word)) {
                command = command.subcommands().get(word).getCommandSpec();
            } else {
                positionals++;
            }
        }
        var last = words.getLast();
        if (open.isPresent()) {
            // Without its value it says nothing of the cluster.
            if (isOfConnection(open.get())) {
                connection.removeLast();
            }
            return new Asked(value(command, open.get()), connection, last);
        }
        if (last.startsWith("--") && last.contains("=")) {
            var at = command;
            return new Asked(
                    option(command, last).map(option -> value(at, option)).orElseGet(Place.Nothing::new),
                    connection,
                    last.substring(last.indexOf('=') + 1));
        }
        if (last.startsWith("-")) {
            return new Asked(new Place.Options(command), connection, last);
        }
        if (positionals == 0 && !command.subcommands().isEmpty()) {
            return new Asked(new Place.Commands(command), connection, last);
        }
        return new Asked(positional(command, positionals), connection, last);
    }

    private static void addIfInherited(OptionSpec option, List<String> connection, String word) {
        if (isOfConnection(option)) {
            connection.add(word);
        }
    }

    private static boolean isOfConnection(OptionSpec option) {
        return option.inherited() || option.scopeType() == CommandLine.ScopeType.INHERIT;
    }

    /** {@code --name}, {@code --name=value}, {@code -n}, {@code -nvalue}. */
    private static Optional<OptionSpec> option(CommandSpec command, String word) {
        var name = word.startsWith("--") ? word.replaceFirst("=.*", "") : word.substring(0, 2);
        return Optional.ofNullable(command.findOption(name));
    }

    private static boolean takesNext(OptionSpec option, String word) {
        return option.arity().min() > 0 && !word.contains("=") && (word.startsWith("--") || word.length() == 2);
    }

    private static Place value(CommandSpec command, ArgSpec argument) {
        var candidates = argument.completionCandidates() == null
                ? List.<String>of()
                : StreamSupport.stream(argument.completionCandidates().spliterator(), false)
                        .toList();
        return new Place.Value(command, argument.paramLabel(), candidates);
    }

    private static Place positional(CommandSpec command, int index) {
        return command.positionalParameters().stream()
                .filter(parameter -> parameter.index().min() <= index
                        && index <= parameter.index().max())
                .filter(parameter -> index == 0
                        || parameter.arity().max() > 1
                        || parameter.index().min() == index)
                .findFirst()
                .map(parameter -> value(command, parameter))
                .orElseGet(Place.Nothing::new);
    }

    private static Stream<String> candidates(Asked asked, Program program) {
        return switch (asked.place()) {
            case Place.Nothing() -> Stream.empty();
            case Place.Commands(var command) ->
                command.subcommands().values().stream()
                        .map(CommandLine::getCommandSpec)
                        .distinct()
                        .filter(sub -> !sub.usageMessage().hidden())
                        .map(sub -> described(sub.name(), sub.usageMessage().header()));
            case Place.Options(var command) ->
                command.options().stream().map(option -> described(option.longestName(), option.description()));
            case Place.Value(var command, var label, var constants) ->
                constants.isEmpty() || label.equals("FORMAT")
                        ? named(command, label, asked.connection(), program)
                        : constants.stream();
        };
    }

    private static String described(String word, String... words) {
        return words.length == 0 ? word : word + "\t" + words[0].replaceFirst("\\.$", "");
    }

    private static Stream<String> named(CommandSpec command, String label, List<String> connection, Program program) {
        return switch (label) {
            case "MACHINE" -> objects(Kind.MACHINE, connection, program);
            case "IMAGE" -> objects(Kind.IMAGE, connection, program);
            case "NETWORK" -> objects(Kind.NETWORK, connection, program);
            case "NODE" -> objects(Kind.NODE, connection, program);
            case "NAMESPACE" -> objects(Kind.NAMESPACE, connection, program);
            case "CONTEXT" -> kubeconfig(connection, program).contexts().keySet().stream();
            case "CLUSTER" -> kubeconfig(connection, program).clusters().keySet().stream();
            case "USER" -> kubeconfig(connection, program).users().keySet().stream();
            case "SHELL" -> Stream.of("bash", "zsh", "fish");
            case "WHAT" -> Stream.of("Ready", "Running", "Stopped", "Paused", "GuestReady", "AgentConnected", "delete");
            case "FORMAT" -> formats(command);
            default -> Stream.empty();
        };
    }

    private static Stream<String> formats(CommandSpec command) {
        return command.findOption("-o").type() == Format.class
                ? Arrays.stream(Format.values())
                        .filter(format -> format != Format.table)
                        .map(Enum::name)
                : Stream.of("json", "yaml");
    }

    private static Kubeconfig kubeconfig(List<String> connection, Program program) {
        return flags(connection).kubeconfig(program.environment());
    }

    private static ConnectionFlags flags(List<String> connection) {
        var flags = new ConnectionFlags();
        try {
            new CommandLine(CommandSpec.create().addMixin("connection", CommandSpec.forAnnotatedObject(flags)))
                    .setOverwrittenOptionsAllowed(true)
                    .setUnmatchedArgumentsAllowed(true)
                    .parseArgs(connection.toArray(String[]::new));
        } catch (ParameterException e) {
            throw Failures.misused(e);
        }
        return flags;
    }

    private static Stream<String> objects(Kind kind, List<String> connection, Program program) {
        try (var cluster =
                Cluster.open(flags(connection).connection(program.environment()).within(PATIENCE))) {
            return cluster.list(kind, kind.in(cluster.namespace()), Map.of()).stream()
                    .map(object -> {
                        var name = object.at("/metadata/name").asText();
                        var state = object.at("/status/printableStatus").asText();
                        return state.isEmpty() ? name : name + "\t" + state;
                    });
        }
    }
}
