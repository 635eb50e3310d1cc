package dev.meridian.e2e;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.meridian.api.v1alpha1.ClockStatus;
import dev.meridian.api.v1alpha1.Condition;
import dev.meridian.api.v1alpha1.Meridian;
import dev.meridian.api.v1alpha1.VirtualMachine;
import dev.meridian.api.v1alpha1.VirtualMachineStatus;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** Machines in a namespace of a test's own, and what a person at the cluster would do with them. */
final class Machines implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofMinutes(3);

    final Testbed testbed;
    final KubernetesClient client;
    final String namespace;

    Machines(Testbed testbed, String namespace) {
        this.testbed = testbed;
        this.client = testbed.client();
        this.namespace = namespace + "-" + Long.toString(System.nanoTime() % 1_000_000, 36);
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(this.namespace)
                        .endMetadata()
                        .build())
                .serverSideApply();
        testbed.kubectl(
                        "apply",
                        "--server-side",
                        "-f",
                        testbed.repository() + "/deploy/samples/node-images-policy.yaml")
                .orFail();
    }

    /** A small guest's manifest; {@code more} is YAML below spec, indented by two. */
    String manifest(String name, String more) {
        return """
                apiVersion: meridian.dev/v1alpha1
                kind: VirtualMachine
                metadata:
                  name: %s
                  namespace: %s
                spec:
                  memory:
                    guest: 128Mi
                  firmware:
                    kernelBoot:
                      kernel: {hostPath: {path: %s}}
                      initrd: {hostPath: {path: %s}}
                      arguments: %s
                """.formatted(
                                name,
                                namespace,
                                testbed.guest().kernel(),
                                testbed.guest().initramfs(),
                                testbed.guest().arguments())
                + more;
    }

    /** A policy of the namespace's name opens a directory of the nodes to its machines. */
    void openTo(String opened, String path) {
        createFrom("""
                apiVersion: meridian.dev/v1alpha1
                kind: HypervisorPolicy
                metadata: {name: %1$s}
                spec:
                  hostPaths:
                  - {path: %2$s, namespaces: {names: [%1$s]}}
                """.formatted(opened, path));
    }

    VirtualMachine create(String name, String more) {
        createFrom(manifest(name, more));
        return get(name);
    }

    void createFrom(String manifest) {
        applyFrom(manifest).orFail();
    }

    /** By the API alone, for what is timed. Gives the uid. */
    String post(String manifest) {
        return client.resources(VirtualMachine.class)
                .load(new ByteArrayInputStream(manifest.getBytes(StandardCharsets.UTF_8)))
                .create()
                .getMetadata()
                .getUid();
    }

    /** As a person would: by kubectl, from a file. */
    Testbed.Said applyFrom(String manifest) {
        return withFile(manifest, file -> testbed.kubectl("apply", "-f", file));
    }

    /** Defines a domain by hand, as another user of the node's libvirt would. */
    void define(Testbed.Node node, String xml) {
        withFile(xml, file -> testbed.virsh(node, "define", file)).orFail();
    }

    /** The persistent definition of a machine's domain. */
    String inactiveXml(Testbed.Node node, String name) {
        return testbed.virsh(node, "dumpxml", "--inactive", domain(name)).orFail();
    }

    private static Testbed.Said withFile(String content, Function<String, Testbed.Said> use) {
        try {
            var file = Files.createTempFile("meridian", ".txt");
            Files.writeString(file, content);
            var said = use.apply(file.toString());
            Files.delete(file);
            return said;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    VirtualMachine get(String name) {
        return find(name).orElseThrow(() -> new AssertionError("no machine " + name));
    }

    /** A pod that takes room of a node, as others of the cluster do. */
    Pod filler(Testbed.Node node, String cpu) {
        return new PodBuilder()
                .withNewMetadata()
                .withName("filler")
                .withNamespace(namespace)
                .endMetadata()
                .withNewSpec()
                .withNodeName(node.name())
                .withTerminationGracePeriodSeconds(0L)
                .addNewContainer()
                .withName("filler")
                .withImage("meridian/reservation:dev")
                .withCommand("sleep", "1000000")
                .withNewResources()
                .addToRequests("cpu", new Quantity(cpu))
                .endResources()
                .endContainer()
                .endSpec()
                .build();
    }

    /** What kube-scheduler has left of a node's CPUs, in thousandths: pods of the operator have their share, too. */
    long freeMilliCpu(Testbed.Node node) {
        var allocatable = milli(Objects.requireNonNull(client.nodes()
                .withName(node.name())
                .get()
                .getStatus()
                .getAllocatable()
                .get("cpu")));
        return allocatable
                - client.pods().inAnyNamespace().withField("spec.nodeName", node.name()).list().getItems().stream()
                        .filter(pod -> !Set.of("Succeeded", "Failed")
                                .contains(pod.getStatus().getPhase()))
                        .flatMap(pod -> pod.getSpec().getContainers().stream())
                        .mapToLong(container -> Optional.ofNullable(container.getResources())
                                .map(ResourceRequirements::getRequests)
                                .flatMap(requests -> Optional.ofNullable(requests.get("cpu")))
                                .map(Machines::milli)
                                .orElse(0L))
                        .sum();
    }

    /** Reservations of earlier tests' machines are on their way out for a while, and what is free grows by theirs. */
    void awaitNoReservation(Testbed.Node node) {
        Awaitility.await("%s to hold no reservation".formatted(node.name()))
                .atMost(LIMIT)
                .until(() -> client.pods()
                        .inAnyNamespace()
                        .withLabel(Meridian.MACHINE_LABEL)
                        .withField("spec.nodeName", node.name())
                        .list()
                        .getItems()
                        .isEmpty());
    }

    private static long milli(Quantity cpu) {
        return cpu.getNumericalAmount().movePointRight(3).longValueExact();
    }

    List<VirtualMachine> all() {
        return client.resources(VirtualMachine.class)
                .inNamespace(namespace)
                .list()
                .getItems();
    }

    Optional<VirtualMachine> find(String name) {
        return Optional.ofNullable(client.resources(VirtualMachine.class)
                .inNamespace(namespace)
                .withName(name)
                .get());
    }

    /** By the API alone, for what is timed. */
    void editSpec(String name, String json) {
        client.resources(VirtualMachine.class)
                .inNamespace(namespace)
                .withName(name)
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":%s}".formatted(json));
    }

    void patchSpec(String name, String json) {
        patch(name, json).orFail();
    }

    private Testbed.Said patch(String name, String json) {
        return testbed.kubectl("-n", namespace, "patch", "vm", name, "--type=merge", "-p", "{\"spec\":" + json + "}");
    }

    VirtualMachine awaitReady(String name, String reason) {
        return await(
                name,
                "Ready because of " + reason,
                vm -> condition(vm, "Ready")
                        .filter(c ->
                                c.status().name().equals("True") && c.reason().equals(reason))
                        .isPresent());
    }

    /** Waits for a condition of that reason, whatever its status. */
    Condition awaitCondition(String name, String type, String reason) {
        var vm = await(
                name,
                type + " because of " + reason,
                m -> condition(m, type)
                        .map(Condition::reason)
                        .filter(reason::equals)
                        .isPresent());
        return condition(vm, type).orElseThrow();
    }

    VirtualMachine await(String name, String what, Predicate<VirtualMachine> predicate) {
        try {
            return Awaitility.await(what)
                    .atMost(LIMIT)
                    .pollInterval(Duration.ofMillis(200))
                    .until(() -> get(name), vm -> vm.getStatus() != null && predicate.test(vm));
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(
                    "%s/%s: not %s after %s%n%s"
                            .formatted(
                                    namespace,
                                    name,
                                    what,
                                    LIMIT,
                                    testbed.verb("dump").output()),
                    e);
        }
    }

    /** Events are written after the status that they tell of. */
    void awaitEvent(String name, String reason) {
        Awaitility.await("the Event %s of %s".formatted(reason, name))
                .atMost(Duration.ofMinutes(1))
                .until(() -> hasEvent(name, reason));
    }

    private boolean hasEvent(String name, String reason) {
        return !client.v1()
                .events()
                .inNamespace(namespace)
                .withField("involvedObject.name", name)
                .withField("reason", reason)
                .list()
                .getItems()
                .isEmpty();
    }

    void awaitGone(String name) {
        Awaitility.await(name + " to be gone")
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(200))
                .until(() -> find(name).isEmpty());
    }

    void delete(String name) {
        client.resources(VirtualMachine.class)
                .inNamespace(namespace)
                .withName(name)
                .delete();
    }

    /** Lets the namespace have so many pods. */
    void quota(int pods) {
        var quota = new ResourceQuotaBuilder()
                .withNewMetadata()
                .withName("pods")
                .withNamespace(namespace)
                .endMetadata()
                .withNewSpec()
                .addToHard("pods", new Quantity(Integer.toString(pods)))
                .endSpec()
                .build();
        client.resource(quota).serverSideApply();
        Awaitility.await("the quota to be in force").atMost(LIMIT).until(() -> {
            var status = client.resource(quota).get().getStatus();
            return status != null
                    && status.getHard() != null
                    && new Quantity(Integer.toString(pods))
                            .equals(status.getHard().get("pods"));
        });
    }

    /** Types a command on the guest's serial console. */
    String type(String name, String command) {
        return type(name, command, LIMIT.dividedBy(2));
    }

    /** The same for a guest that takes its time to boot. */
    String type(String name, String command, Duration patience) {
        return testbed.verb(
                        "console", nodeOf(name).name(), domain(name), command, "--timeout", patience.toSeconds() + "s")
                .orFail();
    }

    /** Applies a sample as a person would; gives the name of its machine. */
    String applySample(String file) {
        testbed.kubectl("-n", namespace, "apply", "-f", sample(file)).orFail();
        return file.replace(".yaml", "");
    }

    String sample(String file) {
        return testbed.repository() + "/deploy/samples/" + file;
    }

    Testbed.Node nodeOf(String name) {
        return testbed.node(Objects.requireNonNull(status(get(name)).nodeName(), "status.nodeName"));
    }

    String domain(String name) {
        return namespace + "_" + name;
    }

    static VirtualMachineStatus status(VirtualMachine vm) {
        return Objects.requireNonNull(vm.getStatus(), "status");
    }

    /** Whether the status tells of the newest spec. */
    static boolean isObserved(VirtualMachine vm) {
        return Objects.equals(status(vm).observedGeneration(), vm.getMetadata().getGeneration());
    }

    static Optional<Condition> condition(VirtualMachine vm, String type) {
        return status(vm).conditions().stream()
                .filter(c -> c.type().equals(type))
                .findFirst();
    }

    static long offset(VirtualMachine vm) {
        return Optional.ofNullable(status(vm).clock())
                .map(ClockStatus::rtcOffsetSeconds)
                .orElseThrow(() -> new AssertionError("no status.clock"));
    }

    /** Sets the guest's clock; gives the offset that it has then. The node's own clock may be a day off. */
    long setClock(String name, String time) {
        type(name, "date -s '" + time + "' && hwclock -w");
        var set = LocalDateTime.parse(time.replace(' ', 'T')).toEpochSecond(ZoneOffset.UTC);
        var offset = set - Instant.now().getEpochSecond();
        await(name, "told of the clock", m -> Math.abs(offset(m) - offset) < 100_000);
        return qemuOffset(name);
    }

    /** What the observer, which is not ours, has counted of a machine. */
    JsonNode observed(String uid) {
        try {
            return new ObjectMapper()
                    .readTree(testbed.verb("observed", "--uuid", uid, "--json").orFail())
                    .path(0);
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    /** Guest RTC minus host UTC in seconds, asked of QEMU itself: the oracle that is not ours. */
    long qemuOffset(String name) {
        return qemuOffset(name, nodeOf(name));
    }

    long qemuOffset(String name, Testbed.Node node) {
        var answer = testbed.virsh(
                        node,
                        "qemu-monitor-command",
                        domain(name),
                        "{\"execute\":\"qom-get\",\"arguments\":{\"path\":\"/machine\",\"property\":\"rtc-time\"}}")
                .orFail();
        var host = Instant.now();
        return RtcTime.parse(answer).getEpochSecond() - host.getEpochSecond();
    }

    /** One that is being deleted may be gone before it is asked. */
    private void hurry(String name) {
        var said = patch(name, "{\"stopMode\":\"Hard\"}");
        if (find(name).isPresent()) {
            said.orFail();
        }
    }

    @Override
    public void close() {
        var left = client.resources(VirtualMachine.class).inNamespace(namespace);
        var machines = left.list().getItems();
        machines.forEach(vm -> hurry(vm.getMetadata().getName()));
        left.delete();
        Awaitility.await("the machines of " + namespace + " to be gone")
                .atMost(LIMIT.plusSeconds(machines.size()))
                .pollInterval(Duration.ofMillis(200))
                .until(() -> left.list().getItems().isEmpty());
        client.namespaces().withName(namespace).delete();
        client.close();
    }
}
