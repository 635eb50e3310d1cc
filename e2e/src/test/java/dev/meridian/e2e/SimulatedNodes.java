package dev.meridian.e2e;

import dev.meridian.api.v1alpha1.Meridian;
import dev.meridian.app.AgentCrowd;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * Nodes that are objects alone, whose agents are real: each has a token that is bound to its Node, as a DaemonSet's pod
 * has. The agents run in processes of the shipped jars, many in each.
 */
final class SimulatedNodes implements AutoCloseable {
    private static final String CROWD = AgentCrowd.class.getName();
    private static final long TOKEN_SECONDS = Duration.ofHours(12).toSeconds();

    /** How often agents were told of a machine of their node, and of others. */
    record Heard(long own, long foreign) {}

    private record Crowd(Process process, BufferedReader said) {}

    private final Testbed testbed;
    private final KubernetesClient client;
    private final Path directory;
    private final List<String> names;
    private final List<Crowd> crowds = new ArrayList<>();

    private SimulatedNodes(Testbed testbed, KubernetesClient client, int count) {
        this.testbed = testbed;
        this.client = client;
        this.directory = Path.of(testbed.repository(), "e2e/target/testbed/simulated");
        this.names =
                IntStream.range(0, count).mapToObj("simulated-%03d"::formatted).toList();
    }

    static SimulatedNodes of(Testbed testbed, KubernetesClient client, int count, int perProcess) {
        var nodes = new SimulatedNodes(testbed, client, count);
        BurstBench.allAtOnce(nodes.names.stream()
                .<Callable<Boolean>>map(name -> () -> nodes.make(name))
                .toList());
        for (int first = 0; first < count; first += perProcess) {
            nodes.crowds.add(nodes.start(nodes.names.subList(first, Math.min(count, first + perProcess))));
        }
        nodes.crowds.forEach(crowd -> expect(crowd, "started"));
        return nodes;
    }

    private boolean make(String name) throws IOException {
        client.resource(new NodeBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .addToLabels("kubernetes.io/hostname", name)
                        .addToLabels("kubernetes.io/os", "linux")
                        .endMetadata()
                        .build())
                .create();
        var token = client.serviceAccounts()
                .inNamespace(Meridian.SYSTEM_NAMESPACE)
                .withName(Meridian.AGENT)
                .tokenRequest(new TokenRequestBuilder()
                        .withNewSpec()
                        .withExpirationSeconds(TOKEN_SECONDS)
                        .withNewBoundObjectRef()
                        .withApiVersion("v1")
                        .withKind("Node")
                        .withName(name)
                        .endBoundObjectRef()
                        .endSpec()
                        .build())
                .getStatus()
                .getToken();
        var file = AgentCrowd.kubeconfig(directory, name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, kubeconfig(token));
        return true;
    }

    private String kubeconfig(String token) {
        var admin = Config.fromKubeconfig(new File(testbed.kubeconfig()));
        return """
                apiVersion: v1
                kind: Config
                clusters:
                - name: testbed
                  cluster: {server: "%s", certificate-authority: "%s"}
                users:
                - name: agent
                  user: {token: "%s"}
                contexts:
                - name: testbed
                  context: {cluster: testbed, user: agent}
                current-context: testbed
                """.formatted(admin.getMasterUrl(), Path.of(testbed.kubeconfig()).resolveSibling("ca.crt"), token);
    }

    /** As the launcher starts an agent, with a heap for so many. */
    private Crowd start(List<String> nodes) {
        var jars = testbed.repository() + "/operator/app/target/meridian/lib/*";
        var own = testbed.repository() + "/e2e/target/test-classes";
        var command = Stream.concat(
                Stream.of(
                        System.getProperty("java.home") + "/bin/java",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseCompactObjectHeaders",
                        "-Xss512k",
                        "-Xmn64m",
                        "-XX:MaxHeapFreeRatio=30",
                        "-XX:MinHeapFreeRatio=10",
                        "-Xmx" + (256 + 16 * nodes.size()) + "m",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        jars + File.pathSeparator + own,
                        CROWD,
                        directory.toString()),
                nodes.stream());
        try {
            var builder = new ProcessBuilder(command.toList())
                    .redirectError(directory.resolve(nodes.getFirst() + ".log").toFile());
            builder.environment().put("MALLOC_ARENA_MAX", "2");
            var process = builder.start();
            return new Crowd(process, process.inputReader());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Crowd crowd) {
        try {
            var line = crowd.said.readLine();
            if (line == null) {
                throw new AssertionError("a process of agents ended: see the logs in e2e/target/testbed/simulated");
            }
            return line;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void expect(Crowd crowd, String word) {
        if (!read(crowd).equals(word)) {
            throw new AssertionError("a process of agents did not say: " + word);
        }
    }

    /** The controller has put the label on all of them, for their agents told it that machines can run there. */
    void awaitLabelled(Duration limit) {
        Awaitility.await("the nodes to take machines")
                .atMost(limit)
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> client.nodes()
                                .withLabel(Meridian.HYPERVISOR_LABEL, "true")
                                .list()
                                .getItems()
                                .size()
                        == names.size());
    }

    Heard heard() {
        return crowds.stream()
                .map(SimulatedNodes::heard)
                .reduce(new Heard(0, 0), (one, other) -> new Heard(one.own + other.own, one.foreign + other.foreign));
    }

    private static Heard heard(Crowd crowd) {
        try {
            var out = crowd.process.outputWriter();
            out.write("?\n");
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var counts = read(crowd).split(" ", -1);
        return new Heard(Long.parseLong(counts[0]), Long.parseLong(counts[1]));
    }

    List<Long> pids() {
        return crowds.stream().map(crowd -> crowd.process.pid()).toList();
    }

    /** Of all agents. */
    double mebibytes() {
        return crowds.stream()
                .mapToDouble(crowd -> MemoryBench.mebibytes(Long.toString(crowd.process.pid())))
                .sum();
    }

    /** They end with their input. */
    @Override
    public void close() {
        for (var crowd : crowds) {
            try {
                crowd.process.outputWriter().close();
                crowd.process.waitFor();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted", e);
            }
        }
    }
}
