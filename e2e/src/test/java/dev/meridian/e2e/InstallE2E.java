package dev.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.meridian.api.v1alpha1.Condition;
import dev.meridian.api.v1alpha1.Hypervisor;
import dev.meridian.api.v1alpha1.VirtualMachine;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Agents and controllers as the chart runs them: pods of the image, pulled from a registry. */
@Pods
class InstallE2E {
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final Offset<Long> CLOCK = Offset.offset(3L);

    /** By the chart's values. */
    private static final Map<String, String> IMAGES = Map.of("image", "meridian", "reservationImage", "reservation");

    /** To a machine, of another version: what it has new to tell, once by each. */
    private static final int MOST_WRITES = 3;

    private static final ObjectMapper JSON = new ObjectMapper();

    private static Machines machines;
    private static LiveMigrations migrations;
    private static Instant begun;

    @BeforeAll
    static void install() {
        machines = new Machines(Testbed.open(), "install");
        migrations = new LiveMigrations(machines);
        begun = Instant.now();
    }

    @AfterAll
    static void close() {
        machines.close();
    }

    @Test
    void machineRunsGoesToAnotherNodeAndKeepsItsClock() {
        // given
        machines.create("goes", "");
        var uid = machines.awaitReady("goes", "Running").getMetadata().getUid();
        var offset = machines.setClock("goes", "2031-01-01 00:00:00");
        var from = machines.nodeOf("goes").name();

        // when
        migrations.create("goes", "goes", "");

        // then
        assertThat(migrations.awaitEnd("goes").phase()).hasToString("Succeeded");
        assertThat(machines.nodeOf("goes").name()).isNotEqualTo(from);
        assertThat(machines.qemuOffset("goes")).isCloseTo(offset, CLOCK);
        assertThat(observed(uid, "boots")).isEqualTo(1);
        nothingWasForbidden();
    }

    @Test
    void agentsAndControllersThatAreRolledTouchNoGuest() {
        // given
        machines.create("rolled", "");
        var before = machines.awaitReady("rolled", "Running");
        var agents = names(pods("agent"));

        // when
        kubectl("rollout", "restart", "daemonset/meridian-agent", "deployment/meridian-controller");
        awaitRollout();

        // then
        assertThat(names(pods("agent"))).doesNotContainAnyElementsOf(agents);
        untouched(before);
        assertThat(AuditLog.since(machines.testbed, begun).counts().path("forbidden"))
                .isEmpty();
    }

    @Test
    @Tag("long")
    void upgradeAndRollbackTouchNoGuest() {
        // given
        machines.create("upgraded", "");
        var before = machines.awaitReady("upgraded", "Running");
        var revision = revision();

        // when
        helm(
                "upgrade",
                "meridian",
                "charts/meridian",
                "--reuse-values",
                "--set",
                "agent.podAnnotations.release=next,controller.podAnnotations.release=next,controller.milliCpuPerVcpu=200",
                "--wait");

        // then
        assertThat(pods("agent"))
                .allMatch(
                        pod -> "next".equals(pod.getMetadata().getAnnotations().get("release")));
        untouched(before);

        // when
        helm("rollback", "meridian", revision, "--wait");

        // then
        assertThat(pods("agent"))
                .noneMatch(pod -> pod.getMetadata().getAnnotations().containsKey("release"));
        untouched(before);
    }

    /** The released one was built by e2e/released.sh. */
    @Test
    @Tag("long")
    void versionsAreExchangedInBothDirectionsAndNoGuestIsTouched() throws IOException {
        // given
        var repository = Path.of(machines.testbed.repository());
        var released = repository.resolve("e2e/target/released");
        assertThat(released.resolve("commit")).as("make released").exists();
        var values = repository.resolve("e2e/target/testbed/values.json");
        push(released, values);
        machines.create("old-and-new", "");
        var first = machines.awaitReady("old-and-new", "Running");
        var offset = machines.setClock("old-and-new", "2032-01-01 00:00:00");

        // when
        var down = exchange(released, values);

        // then
        untouched(first);
        assertThat(machines.qemuOffset("old-and-new")).isCloseTo(offset, CLOCK);
        assertThat(written(down)).isLessThanOrEqualTo(MOST_WRITES);

        // given
        machines.create("new-and-old", "");
        var second = machines.awaitReady("new-and-old", "Running");
        var revision = revision();

        // when
        var up = exchange(repository, values);

        // then
        untouched(first);
        untouched(second);
        assertThat(Machines.offset(machines.get("old-and-new"))).isCloseTo(offset, CLOCK);
        assertThat(written(up)).isLessThanOrEqualTo(2 * MOST_WRITES);
        machines.patchSpec("new-and-old", "{\"paused\":true}");
        machines.awaitReady("new-and-old", "Paused");
        machines.patchSpec("new-and-old", "{\"paused\":false}");
        machines.awaitReady("new-and-old", "Running");

        // when
        helm("rollback", "meridian", revision, "--wait");

        // then
        untouched(first);
        untouched(second);
        exchange(repository, values);
        assertThat(audit().path("forbidden")).isEmpty();
    }

    private static void push(Path released, Path values) throws IOException {
        for (var image : IMAGES.entrySet()) {
            var repository = JSON.readTree(values.toFile())
                    .path(image.getKey())
                    .path("repository")
                    .asText();
            Testbed.run(List.of(
                            "skopeo",
                            "--insecure-policy",
                            "copy",
                            "--quiet",
                            "--preserve-digests",
                            "--dest-tls-verify=false",
                            "oci-archive:" + archive(released, image.getValue(), "tar"),
                            "docker://" + repository + ":released"))
                    .orFail();
        }
    }

    /** Chart and images of a version, in place of what runs; gives when. */
    private static Instant exchange(Path version, Path values) throws IOException {
        var since = Instant.now();
        var digests = new ArrayList<String>();
        for (var image : IMAGES.entrySet()) {
            digests.add(image.getKey() + ".digest="
                    + Files.readString(archive(version, image.getValue(), "digest"))
                            .strip());
        }
        helm(
                "upgrade",
                "meridian",
                version.resolve("charts/meridian").toString(),
                "--values",
                values.toString(),
                "--set",
                "agent.enabled=true,controller.enabled=true," + String.join(",", digests),
                "--wait");
        AuditLog.awaitQuiet(machines.testbed);
        return since;
    }

    private static Path archive(Path version, String image, String form) {
        return version.resolve("deploy/image/target").resolve(image + "." + form);
    }

    /** To machines, by agents and controllers. */
    private static int written(Instant since) {
        return AuditLog.since(machines.testbed, since).oursTo("virtualmachines");
    }

    @Test
    void machinesAndGuestsOutliveTheReleaseAndAreServedByTheNext() {
        // given
        machines.create("outlives", "");
        var before = machines.awaitReady("outlives", "Running");

        // when
        helm("uninstall", "meridian", "--wait");
        try {
            // then
            Awaitility.await("the pods to be gone")
                    .atMost(LIMIT)
                    .until(() -> pods("agent").isEmpty() && pods("controller").isEmpty());
            assertThat(observed(before.getMetadata().getUid(), "boots")).isEqualTo(1);
            assertThat(machines.find("outlives")).isPresent();
        } finally {
            machines.testbed.verb("install", "pods").orFail();
        }

        // then
        machines.patchSpec("outlives", "{\"paused\":true}");
        machines.awaitReady("outlives", "Paused");
        machines.patchSpec("outlives", "{\"paused\":false}");
        machines.awaitReady("outlives", "Running");
        untouched(before);
    }

    @Test
    @Tag("long")
    void releaseSaysThatItWorks() {
        assertThat(helm("test", "meridian")).contains("Succeeded");
    }

    @Test
    @Tag("long")
    void secondReleaseIsRefused() {
        // when
        var said =
                machines.testbed.verb("helm", "install", "second", "charts/meridian", "--namespace", "meridian-system");

        // then
        assertThat(said.status()).isNotZero();
        assertThat(said.output()).contains("invalid ownership metadata").contains("meridian");
        assertThat(pods("agent")).hasSize(machines.testbed.nodes().size());
    }

    @Test
    @Tag("long")
    void agentWhoseLibvirtIsAwayIsNotReadyAndNotRestarted() {
        // given
        var node = machines.testbed.nodes().getLast();
        var restarts = restarts(node);

        // when
        machines.testbed.verb("libvirtd", "stop", node.name()).orFail();

        // then
        Awaitility.await("the agent not to be ready").atMost(LIMIT).until(() -> !isReady(node));
        Awaitility.await("the node to say why")
                .atMost(LIMIT)
                .until(() -> ready(node).map(Condition::reason), Optional.of("LibvirtUnreachable")::equals);

        // when
        machines.testbed.verb("libvirtd", "start", node.name()).orFail();

        // then
        Awaitility.await("the agent to be ready").atMost(LIMIT).until(() -> isReady(node));
        assertThat(restarts(node)).isEqualTo(restarts);
    }

    @Test
    @Tag("long")
    void standbyTakesOverFromTheControllerThatIsDeleted() {
        // given
        var leader = machines.client.leases().inNamespace("meridian-system").withName("meridian-controller");
        var first = leader.get().getSpec().getHolderIdentity();
        assertThat(names(pods("controller"))).anyMatch(pod -> first.startsWith(pod + "_"));

        // when
        kubectl("delete", "pods", "-l", "app.kubernetes.io/component=controller", "--wait=false");

        // then
        Awaitility.await("another leader")
                .atMost(LIMIT)
                .until(
                        () -> leader.get().getSpec().getHolderIdentity(),
                        now -> now != null && !now.isEmpty() && !now.equals(first));
        machines.create("after", "");
        machines.awaitReady("after", "Running");
        awaitRollout();
    }

    @Test
    @Tag("long")
    void agentThatIsKilledIsStartedAgainByKubelet() {
        // given
        machines.create("killed", "");
        var before = machines.awaitReady("killed", "Running");
        var node = machines.nodeOf("killed");
        var restarts = restarts(node);

        // when
        kubectl(
                "exec",
                agentOn(node).getMetadata().getName(),
                "--",
                "sh",
                "-c",
                "kill -KILL $(ps | awk '/[m]eridian-app.jar agent/ {print $1}')");

        // then
        Awaitility.await("kubelet to start it again")
                .atMost(LIMIT)
                .until(() -> restarts(node) == restarts + 1 && isReady(node));
        untouched(before);
    }

    @Test
    void doctorSaysWhatIsWrongWithANodeAndHowToMendIt() {
        // given
        var node = machines.testbed.nodes().getFirst();
        var before = doctor(node);

        // when
        machines.testbed.verb("libvirtd", "stop", node.name()).orFail();
        machines.testbed.verb("node", "certificates", node.name(), "none").orFail();
        var after = doctor(node);
        machines.testbed.verb("node", "certificates", node.name(), "good").orFail();
        machines.testbed.verb("libvirtd", "start", node.name()).orFail();

        // then
        assertThat(before.output())
                .doesNotContainPattern(
                        "Failed +(?! |libvirt-guests)") // of this machine's systemd, whatever it has enabled
                .containsPattern("Ok +processes")
                .containsPattern("Ok +libvirt +libvirt 9")
                .containsPattern("Ok +migration")
                .containsPattern("Ok +kubelet")
                .containsPattern("Ok +state")
                .contains("security_driver = \"none\"");
        assertThat(after.status()).isEqualTo(1);
        assertThat(after.output())
                .containsPattern("Failed +libvirt +qemu:///system does not answer")
                .contains("-> install libvirt's daemon")
                .containsPattern("Warning +migration .*is not there");
        Awaitility.await("the agent to be ready").atMost(LIMIT).until(() -> isReady(node));
    }

    private static Testbed.Said doctor(Testbed.Node node) {
        return new Plugin(machines.testbed, machines.testbed.kubeconfig()).run("doctor", node.name());
    }

    private static void untouched(VirtualMachine before) {
        var name = before.getMetadata().getName();
        var after = machines.awaitReady(name, "Running");
        var uid = before.getMetadata().getUid();
        assertThat(observed(uid, "boots")).isEqualTo(1);
        assertThat(observed(uid, "maxCopies")).isEqualTo(1);
        assertThat(startedAt(after)).isEqualTo(startedAt(before));
        assertThat(after.getMetadata().getGeneration())
                .isGreaterThanOrEqualTo(before.getMetadata().getGeneration());
    }

    private static String startedAt(VirtualMachine vm) {
        return Objects.requireNonNull(
                Objects.requireNonNull(Machines.status(vm).power()).startedAt());
    }

    /** What an install would lack of rights, it is told with 403. */
    private static void nothingWasForbidden() {
        assertThat(audit().path("forbidden")).isEmpty();
    }

    private static JsonNode audit() {
        return AuditLog.since(machines.testbed, begun).counts();
    }

    private static int observed(String uid, String what) {
        return machines.observed(uid).path(what).asInt();
    }

    private static List<Pod> pods(String component) {
        return machines.client
                .pods()
                .inNamespace("meridian-system")
                .withLabel("app.kubernetes.io/component", component)
                .list()
                .getItems();
    }

    private static List<String> names(List<Pod> pods) {
        return pods.stream().map(pod -> pod.getMetadata().getName()).toList();
    }

    private static Pod agentOn(Testbed.Node node) {
        return pods("agent").stream()
                .filter(pod -> node.name().equals(pod.getSpec().getNodeName())
                        && pod.getMetadata().getDeletionTimestamp() == null)
                .findFirst()
                .orElseThrow();
    }

    private static ContainerStatus container(Testbed.Node node) {
        return agentOn(node).getStatus().getContainerStatuses().getFirst();
    }

    private static boolean isReady(Testbed.Node node) {
        return container(node).getReady();
    }

    private static int restarts(Testbed.Node node) {
        return container(node).getRestartCount();
    }

    private static Optional<Condition> ready(Testbed.Node node) {
        return machines.client.resources(Hypervisor.class).withName(node.name()).get().getStatus().conditions().stream()
                .filter(condition -> condition.type().equals("Ready"))
                .findFirst();
    }

    private static void awaitRollout() {
        kubectl("rollout", "status", "daemonset/meridian-agent", "--timeout=2m");
        kubectl("rollout", "status", "deployment/meridian-controller", "--timeout=2m");
    }

    private static String revision() {
        return helm("history", "meridian", "--max", "1", "--output", "json")
                .replaceFirst("(?s).*\"revision\":(\\d+).*", "$1");
    }

    private static String helm(String... arguments) {
        var all = Stream.of(Stream.of("helm"), Stream.of(arguments), Stream.of("--namespace", "meridian-system"))
                .flatMap(part -> part)
                .toArray(String[]::new);
        return machines.testbed.verb(all).orFail();
    }

    private static String kubectl(String... arguments) {
        return machines.testbed
                .kubectl(Stream.concat(Stream.of("--namespace=meridian-system"), Stream.of(arguments))
                        .toArray(String[]::new))
                .orFail();
    }
}
