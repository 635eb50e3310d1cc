package dev.meridian.app;

import dev.meridian.agent.Agent;
import dev.meridian.agent.AgentOptions;
import dev.meridian.api.v1alpha1.Meridian;
import dev.meridian.app.logging.LogFormat;
import dev.meridian.app.logging.LogLevel;
import dev.meridian.app.logging.Logging;
import dev.meridian.domain.effect.EffectWatch;
import dev.meridian.libvirt.Connection;
import io.fabric8.kubernetes.client.Config;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The agents of many nodes in one process. Each is what {@code meridian agent} runs, with a client, a token, directories
 * and a libvirt of its own: the test driver, within this process. It ends with its standard input; on each line of that
 * it says what its agents were told of machines.
 */
public final class AgentCrowd {
    private static final int AT_A_TIME = 4;
    private static final String KUBECONFIG = "kubeconfig";

    private final Path directory;
    private final HeardMachines.Count heard = new HeardMachines.Count();

    private AgentCrowd(Path directory) {
        this.directory = directory;
    }

    /** The arguments: a directory, and the names of nodes, of each of which a directory with a kubeconfig lies there. */
    public static void main(String[] arguments) throws IOException, InterruptedException, ExecutionException {
        Logging.configure(LogFormat.text, LogLevel.warn);
        var crowd = new AgentCrowd(Path.of(arguments[0]));
        try (var threads = Executors.newFixedThreadPool(AT_A_TIME)) {
            var starts = Stream.of(arguments)
                    .skip(1)
                    .<Callable<Agent>>map(node -> () -> crowd.started(node))
                    .toList();
            for (var started : threads.invokeAll(starts)) {
                started.get();
            }
        }
        System.out.println("started");
        crowd.answer();
        Runtime.getRuntime().halt(0);
    }

    /** Where the agents of a node and of its crowd find themselves. */
    public static Path kubeconfig(Path directory, String node) {
        return directory.resolve(node).resolve(KUBECONFIG);
    }

    private Agent started(String node) throws IOException {
        var own = directory.resolve(node);
        var driver = Files.writeString(own.resolve("libvirt.xml"), "<node/>");
        var options = new AgentOptions(
                node,
                "test://" + driver.toAbsolutePath(),
                own.resolve("state"),
                own.resolve("run"),
                own.resolve("kubelet"),
                List.of(),
                Optional.empty(),
                Duration.ofMinutes(5));
        var client = KubernetesClients.open(
                Meridian.AGENT + "/" + node,
                Config.fromKubeconfig(kubeconfig(directory, node).toFile()),
                new HeardMachines(node, heard),
                new ApiMeter());
        var agent = new Agent(client, options, new OneConnection(), EffectWatch.NONE, InstantSource.system());
        var _ = agent.ended().whenComplete((_, cause) -> gaveUp(node, cause));
        agent.start();
        return agent;
    }

    /** As the process of a node's own agent would end then; here that is the end of all. */
    private static void gaveUp(String node, @Nullable Throwable cause) {
        System.err.println("the agent of " + node + " gave up: " + cause);
        Runtime.getRuntime().halt(1);
    }

    private void answer() {
        var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try {
            while (input.readLine() != null) {
                System.out.println(heard.own() + " " + heard.foreign());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Two connections of the test driver to the same file are two hosts: an agent's are one here. It is opened anew when it
     * was closed.
     */
    private static final class OneConnection implements Function<String, Connection> {
        private @Nullable Connection opened;

        @Override
        public synchronized Connection apply(String uri) {
            var now = opened;
            if (now == null || !now.isAlive()) {
                now = Connection.open(uri);
                opened = now;
            }
            return now;
        }
    }
}
