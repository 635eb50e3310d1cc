package dev.meridian.cli;

import dev.meridian.api.v1alpha1.EvictionStrategy;
import dev.meridian.api.v1alpha1.RunStrategy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code create}: prints a machine's manifest. */
@Command(description = "Pipe it into 'kubectl apply -f -', or keep it in a repository.", sortOptions = false)
final class CreateCommand implements Callable<Integer> {
    private final Program program;

    @Parameters(paramLabel = "NAME", description = "The machine's name.")
    @SuppressWarnings("NullAway.Init")
    private String name;

    @Option(names = "--cpus", paramLabel = "NUMBER", description = "Virtual CPUs; left out: 1.")
    private int cpus = 1;

    @Option(names = "--memory", paramLabel = "SIZE", description = "The guest's memory; left out: 1Gi.")
    private String memory = "1Gi";

    @Option(names = "--image", paramLabel = "IMAGE", description = "The VirtualMachineImage to boot from.")
    private @Nullable String image;

    @Option(names = "--size", paramLabel = "SIZE", description = "Of the image's disk; left out: the image's own.")
    private @Nullable String size;

    @Option(
            names = "--disk",
            paramLabel = "DISK",
            description = "Another disk, NAME=SIZE or NAME=claim:CLAIM; may be given again.")
    private List<String> disks = new ArrayList<>();

    @Option(
            names = "--network",
            paramLabel = "NETWORK",
            description = "A VirtualMachineNetwork to be on; may be given again. Left out: the node's own.")
    private List<String> networks = new ArrayList<>();

    @Option(
            names = "--ssh-key",
            paramLabel = "FILE",
            description = "Public keys that may log in: a file of them, or one itself; may be given again.")
    private List<String> sshKeys = new ArrayList<>();

    @Option(names = "--user-data", paramLabel = "FILE", description = "User data for cloud-init.")
    private @Nullable String userData;

    @Option(names = "--run-strategy", paramLabel = "STRATEGY", description = "${COMPLETION-CANDIDATES}.")
    private @Nullable RunStrategy runStrategy;

    @Option(names = "--eviction-strategy", paramLabel = "STRATEGY", description = "${COMPLETION-CANDIDATES}.")
    private @Nullable EvictionStrategy evictionStrategy;

    @Option(names = "--uefi", description = "Boots by UEFI; left out: by BIOS.")
    private boolean uefi;

    @Option(
            names = {"-l", "--label"},
            paramLabel = "KEY=VALUE",
            description = "A label of the machine; may be given again.")
    private Map<String, String> labels = new LinkedHashMap<>();

    @Option(
            names = "--node-selector",
            paramLabel = "KEY=VALUE",
            description = "A label that the node must carry; may be given again.")
    private Map<String, String> nodeSelector = new LinkedHashMap<>();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            description = "yaml or json; left out: yaml.")
    private String output = "yaml";

    CreateCommand(Program program) {
        this.program = program;
    }

    @Override
    public Integer call() {
        if (!output.equals("yaml") && !output.equals("json")) {
            throw Failure.error("--output: \"%s\" is no format of a manifest; give yaml or json".formatted(output));
        }
        var machine = new NewMachine(
                name,
                program.flags().namespace(),
                labels,
                Optional.ofNullable(runStrategy),
                Optional.ofNullable(evictionStrategy),
                cpus,
                memory,
                uefi,
                Optional.ofNullable(image),
                Optional.ofNullable(size),
                disks,
                networks,
                sshKeys.stream().flatMap(CreateCommand::keys).toList(),
                Optional.ofNullable(userData).map(file -> read("--user-data", Path.of(file))),
                nodeSelector);
        var manifest = machine.manifest();
        program.out().print(output.equals("json") ? Json.json(manifest) : Json.yaml(manifest));
        return 0;
    }

    private static Stream<String> keys(String given) {
        return Files.isRegularFile(Path.of(given))
                ? read("--ssh-key", Path.of(given))
                        .lines()
                        .map(String::strip)
                        .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                : Stream.of(given.strip());
    }

    private static String read(String flag, Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw Failure.error("%s: %s cannot be read: %s".formatted(flag, file, e));
        }
    }
}
