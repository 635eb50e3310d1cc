package dev.meridian.e2e;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The running testbed: its facts (testbed.json), its verbs, a client of its cluster as administrator. */
record Testbed(
        Shape shape,
        boolean pods,
        String repository,
        String command,
        String kubectl,
        String kubeconfig,
        String auditLog,
        String observerLog,
        List<Node> nodes,
        Guest guest,
        Distribution distribution) {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();
    private static final long LIMIT_SECONDS = 180;

    /** What {@code up} was told; how the operator runs now says {@link Testbed#pods}. */
    record Shape(boolean operator, boolean pods) {}

    /** A node; its agent is scraped at the URL {@code metrics}, its network namespace is {@code namespace}. */
    record Node(
            String name,
            String address,
            String uri,
            String stateDirectory,
            String namespace,
            String agentKubeconfig,
            String metrics) {}

    /** The small guest's files, as a machine names them; {@code agentInitramfs} has the guest agent in it. */
    record Guest(String kernel, String initramfs, String agentInitramfs, String arguments) {}

    /** The distribution guest's files, as a machine names them, on nodes that have a disk of it. */
    record Distribution(String kernel, String initrd, String arguments) {}

    /** What a command said, and how it ended. */
    record Said(int status, String output) {
        /** The output of a command that must not fail. */
        String orFail() {
            if (status != 0) {
                throw new AssertionError("exit status %d: %s".formatted(status, output));
            }
            return output;
        }
    }

    static Testbed open() {
        var file = new File(System.getProperty("meridian.testbed", "target/testbed/testbed.json"));
        try {
            return JSON.readValue(file, Testbed.class);
        } catch (IOException e) {
            throw new UncheckedIOException("no testbed is up: run 'make up' first", e);
        }
    }

    KubernetesClient client() {
        return client(administrator());
    }

    /** A client that the administrator has taken for somebody else. */
    KubernetesClient clientAs(String user) {
        var config = administrator();
        config.setImpersonateUsername(user);
        return client(config);
    }

    private Config administrator() {
        var config = Config.fromKubeconfig(new File(kubeconfig));
        config.setClientKeyAlgo("EC");
        return config;
    }

    private static KubernetesClient client(Config config) {
        return new KubernetesClientBuilder()
                .withConfig(config)
                .withHttpClientFactory(new JdkHttpClientFactory())
                .build();
    }

    /** Runs a verb of the testbed. */
    Said verb(String... arguments) {
        return run(Stream.concat(Stream.of(command), Stream.of(arguments)).toList());
    }

    Said kubectl(String... arguments) {
        return run(Stream.concat(Stream.of(kubectl, "--kubeconfig", kubeconfig), Stream.of(arguments))
                .toList());
    }

    Said virsh(Node node, String... arguments) {
        return run(Stream.concat(Stream.of("virsh", "-q", "-c", node.uri()), Stream.of(arguments))
                .toList());
    }

    /** What a node's agent has said: since it was started, where it is a pod. */
    String agentLog(Node node) {
        return verb("log", "agent", node.name()).orFail();
    }

    /** What the controller has said, or the controllers. */
    String controllerLog() {
        return verb("log", "controller").orFail();
    }

    /** A new disk of the distribution guest on a node: its path, as a machine of that node names it. */
    String distributionDisk(Node node, String name) {
        return verb("disk", node.name(), name).orFail().lines().toList().getLast();
    }

    Node node(String name) {
        return nodes.stream()
                .filter(node -> node.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    static Said run(List<String> command) {
        try {
            var output = File.createTempFile("said", ".txt");
            var process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output)
                    .start();
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("no end within %d s: %s".formatted(LIMIT_SECONDS, command));
            }
            var text = java.nio.file.Files.readString(output.toPath(), StandardCharsets.UTF_8);
            java.nio.file.Files.delete(output.toPath());
            return new Said(process.exitValue(), text.strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted: " + command, e);
        }
    }
}
