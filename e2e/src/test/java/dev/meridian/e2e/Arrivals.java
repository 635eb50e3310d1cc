package dev.meridian.e2e;

import dev.meridian.api.v1alpha1.Meridian;
import dev.meridian.api.v1alpha1.VirtualMachine;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;

/** Objects that are created at a steady rate, and how long each takes from its request to where it is to be, as a watch tells. */
final class Arrivals<T extends HasMetadata> {
    private static final String PHASE = "scale.example/phase";

    private final KubernetesClient client;
    private final Class<T> type;
    private final String namespace;
    private final String phase;
    private final Function<String, T> made;
    private final Predicate<T> isPlaced;
    private final Predicate<T> hasArrived;
    private final ConcurrentMap<String, Long> begun = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, Double> took = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, Double> placed = new ConcurrentHashMap<>();

    private Arrivals(
            KubernetesClient client,
            Class<T> type,
            String phase,
            Function<String, T> made,
            Predicate<T> isPlaced,
            Predicate<T> hasArrived) {
        this.client = client;
        this.type = type;
        this.namespace = "scale-" + phase;
        this.phase = phase;
        this.made = made;
        this.isPlaced = isPlaced;
        this.hasArrived = hasArrived;
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(namespace)
                        .endMetadata()
                        .build())
                .serverSideApply();
    }

    /** Machines of the test driver, until their status says that they run. */
    static Arrivals<VirtualMachine> ofMachines(KubernetesClient client, String phase) {
        return new Arrivals<>(
                client,
                VirtualMachine.class,
                phase,
                name -> machine(client, name, phase),
                vm -> vm.getStatus() != null && vm.getStatus().nodeName() != null,
                vm -> vm.getStatus() != null
                        && Machines.condition(vm, "Ready")
                                .filter(c -> c.status().name().equals("True")
                                        && c.reason().equals("Running"))
                                .isPresent());
    }

    /** Pods that ask for the same room on the same nodes, until they are bound. */
    static Arrivals<Pod> ofPods(KubernetesClient client, String phase) {
        return new Arrivals<>(
                client,
                Pod.class,
                phase,
                name -> pod(name, phase),
                pod -> pod.getSpec().getNodeName() != null,
                pod -> pod.getSpec().getNodeName() != null);
    }

    /** Seconds of each, in no order. */
    List<Double> run(List<String> names, double perSecond, Duration patience) {
        var all = new CountDownLatch(names.size());
        var lost = new CompletableFuture<Void>();
        try (var _ = client.resources(type)
                        .inNamespace(namespace)
                        .withLabel(PHASE, phase)
                        .watch(new Watch(all, lost));
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var begin = System.nanoTime();
            var posts = new ArrayList<Future<?>>();
            for (int i = 0; i < names.size(); i++) {
                awaitTurn(begin + (long) (i * 1e9 / perSecond));
                var name = names.get(i);
                posts.add(threads.submit(() -> post(name)));
            }
            for (var post : posts) {
                post.get();
            }
            if (!all.await(patience.toSeconds(), TimeUnit.SECONDS) || lost.isDone()) {
                throw new AssertionError("%d of %d of %s have not arrived; their watch: %s"
                        .formatted(all.getCount(), names.size(), namespace, lost));
            }
            return List.copyOf(took.values());
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /** Seconds of each until a node was found for it, in no order. */
    List<Double> placed() {
        return List.copyOf(placed.values());
    }

    void remove() {
        client.resources(type).inNamespace(namespace).withLabel(PHASE, phase).delete();
    }

    private void post(String name) {
        begun.put(name, System.nanoTime());
        client.resource(made.apply(name)).create();
    }

    private static void awaitTurn(long at) throws InterruptedException {
        var wait = at - System.nanoTime();
        if (wait > 0) {
            TimeUnit.NANOSECONDS.sleep(wait);
        }
    }

    private final class Watch implements Watcher<T> {
        private final CountDownLatch all;
        private final CompletableFuture<Void> lost;

        Watch(CountDownLatch all, CompletableFuture<Void> lost) {
            this.all = all;
            this.lost = lost;
        }

        @Override
        public void eventReceived(Action action, T object) {
            var name = object.getMetadata().getName();
            if (action == Action.BOOKMARK) {
                return;
            }
            if (isPlaced.test(object)) {
                placed.computeIfAbsent(name, this::since);
            }
            if (hasArrived.test(object) && took.putIfAbsent(name, since(name)) == null) {
                all.countDown();
            }
        }

        private double since(String name) {
            return (System.nanoTime() - begun.getOrDefault(name, 0L)) / 1e9;
        }

        @Override
        public void onClose(WatcherException cause) {
            lost.completeExceptionally(cause);
        }
    }

    private static VirtualMachine machine(KubernetesClient client, String name, String phase) {
        return client.getKubernetesSerialization()
                .unmarshal("""
                apiVersion: meridian.dev/v1alpha1
                kind: VirtualMachine
                metadata: {name: %s, namespace: scale-%s, labels: {%s: %s}}
                spec: {hypervisor: Test, memory: {guest: 64Mi}, stopMode: Hard}
                """.formatted(name, phase, PHASE, phase), VirtualMachine.class);
    }

    private static Pod pod(String name, String phase) {
        return new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace("scale-" + phase)
                .addToLabels(PHASE, phase)
                .endMetadata()
                .withNewSpec()
                .withTerminationGracePeriodSeconds(0L)
                .addToNodeSelector(Meridian.HYPERVISOR_LABEL, "true")
                .addNewContainer()
                .withName("plain")
                .withImage("plain")
                .withNewResources()
                .addToRequests("cpu", new Quantity("100m"))
                .addToRequests("memory", new Quantity("64Mi"))
                .endResources()
                .endContainer()
                .endSpec()
                .build();
    }
}
