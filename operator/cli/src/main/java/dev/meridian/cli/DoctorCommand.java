package dev.meridian.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.meridian.api.v1alpha1.Meridian;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code doctor}: has the agent of a node look at what the node lacks. */
@Command(
        description =
                "Runs 'meridian doctor' in the pod of the node's agent, which changes nothing. Ends with 1 if something"
                        + " failed. It takes the right to exec in pods of " + Meridian.SYSTEM_NAMESPACE + ".",
        sortOptions = false)
final class DoctorCommand implements Callable<Integer> {
    private static final String AGENTS = "app.kubernetes.io/name=meridian,app.kubernetes.io/component=agent";

    private final Program program;

    @Parameters(paramLabel = "NODE", description = "Its name.")
    @SuppressWarnings("NullAway.Init")
    private String node;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            description = "json; left out: lines.")
    private @Nullable String output;

    DoctorCommand(Program program) {
        this.program = program;
    }

    @Override
    public Integer call() {
        if (output != null && !output.equals("json")) {
            throw Failure.error("--output: \"%s\" is no format of this; give json".formatted(output));
        }
        try (var cluster = program.cluster()) {
            cluster.get(Kind.NODE, "", node);
            var pods = cluster.list(
                    Kind.POD,
                    Optional.of(Meridian.SYSTEM_NAMESPACE),
                    Map.of("labelSelector", AGENTS, "fieldSelector", "spec.nodeName=" + node));
            var ended = cluster.execute(
                    agent(pods),
                    "agent",
                    output == null ? List.of("meridian", "doctor") : List.of("meridian", "doctor", "-o", output));
            ended.out().lines().forEach(program::say);
            ended.err().lines().forEach(program::note);
            return ended.code();
        }
    }

    private JsonNode agent(List<JsonNode> pods) {
        return pods.stream()
                .filter(pod -> pod.at("/status/phase").asText().equals("Running"))
                .findFirst()
                .orElseThrow(() -> Failure.error(
                        pods.isEmpty()
                                ? "%s: no pod of an agent is there; see the DaemonSet of namespace %s and its nodeSelector"
                                        .formatted(Kind.NODE.of(node), Meridian.SYSTEM_NAMESPACE)
                                : "%s: pod %s of the agent is %s; kubectl -n %s describe pod %s tells more"
                                        .formatted(
                                                Kind.NODE.of(node),
                                                name(pods.getFirst()),
                                                pods.getFirst()
                                                        .at("/status/phase")
                                                        .asText("not known to run"),
                                                Meridian.SYSTEM_NAMESPACE,
                                                name(pods.getFirst()))));
    }

    private static String name(JsonNode pod) {
        return pod.at("/metadata/name").asText();
    }
}
