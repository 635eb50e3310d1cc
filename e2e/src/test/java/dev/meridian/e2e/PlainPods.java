package dev.meridian.e2e;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;

/** A pod of nobody's on each node, through kube-scheduler and kubelet: how soon the cluster itself serves again. */
final class PlainPods implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(150);

    private final Machines machines;
    private final Map<String, Instant> running = new HashMap<>();
    private final int count;

    private PlainPods(Machines machines) {
        this.machines = machines;
        this.count = machines.testbed.nodes().size();
    }

    static PlainPods asked(Machines machines) {
        machines.testbed.nodes().forEach(node -> ask(machines, node));
        return new PlainPods(machines);
    }

    private static void ask(Machines machines, Testbed.Node node) {
        var pod = new PodBuilder(machines.filler(node, "1m"))
                .editMetadata()
                .withName(null)
                .withGenerateName("plain-")
                .addToLabels("plain", "true")
                .endMetadata()
                .editSpec()
                .withNodeName(null)
                .addToNodeSelector("kubernetes.io/hostname", node.name())
                .endSpec()
                .build();
        Awaitility.await("the API server to take a pod")
                .atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(KubernetesClientException.class)
                .until(() -> machines.client.resource(pod).create() != null);
    }

    /** Looks once more. */
    void look(Instant now) {
        pods().stream()
                .filter(pod -> pod.getStatus().getPhase().equals("Running"))
                .forEach(pod -> running.putIfAbsent(pod.getSpec().getNodeName(), now));
    }

    boolean allRun() {
        return running.size() == count;
    }

    /** When the node's ran, as far as that was seen. */
    Optional<Instant> ran(Testbed.Node node) {
        return Optional.ofNullable(running.get(node.name()));
    }

    private List<Pod> pods() {
        try {
            return machines.client
                    .pods()
                    .inNamespace(machines.namespace)
                    .withLabel("plain")
                    .list()
                    .getItems();
        } catch (KubernetesClientException _) { // the API server is away: nothing is seen
            return List.of();
        }
    }

    @Override
    public void close() {
        machines.client
                .pods()
                .inNamespace(machines.namespace)
                .withLabel("plain")
                .withGracePeriod(0)
                .delete();
    }
}
