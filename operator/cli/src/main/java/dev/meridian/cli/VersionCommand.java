package dev.meridian.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.meridian.api.v1alpha1.Meridian;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code version}: of this program, and of what the cluster serves. */
@Command(sortOptions = false)
final class VersionCommand implements Callable<Integer> {
    private final Program program;

    @Option(names = "--client", description = "Only of this program; asks no cluster.")
    private boolean isOfClientAlone;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            description = "json or yaml; left out: lines.")
    private @Nullable String output;

    VersionCommand(Program program) {
        this.program = program;
    }

    @Override
    public Integer call() {
        if (output != null && !output.equals("json") && !output.equals("yaml")) {
            throw Failure.error("--output: \"%s\" is no format of this; give json or yaml".formatted(output));
        }
        var versions = Json.object().put("client", client());
        if (!isOfClientAlone) {
            try (var cluster = program.cluster()) {
                ask(cluster, versions);
            }
        }
        if (output != null) {
            program.out().print(Format.valueOf(output).one(versions));
            return 0;
        }
        program.say("Client:     %s".formatted(versions.path("client").asText()));
        if (!isOfClientAlone) {
            program.say("Kubernetes: %s".formatted(versions.path("kubernetes").asText()));
            program.say("Meridian:   %s".formatted(versions.path("meridian").asText()));
        }
        return 0;
    }

    static String client() {
        return "v"
                + Optional.ofNullable(Main.class.getPackage().getImplementationVersion())
                        .orElse("0.0.0-development");
    }

    private static void ask(Cluster cluster, ObjectNode versions) {
        versions.put("kubernetes", cluster.read("/version").path("gitVersion").asText());
        var served = StreamSupport.stream(cluster.read("/apis").path("groups").spliterator(), false)
                .filter(group -> group.path("name").asText().equals(Meridian.GROUP))
                .flatMap(group -> StreamSupport.stream(group.path("versions").spliterator(), false))
                .map(version -> version.path("groupVersion").asText())
                .collect(Collectors.joining(", "));
        versions.put("meridian", served.isEmpty() ? "not installed: no API of meridian.dev is served" : served);
    }
}
