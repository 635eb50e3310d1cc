package dev.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.meridian.api.v1alpha1.FencedNode;
import dev.meridian.api.v1alpha1.Power;
import dev.meridian.api.v1alpha1.VirtualMachine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Guests that end when their node is cut off, and only then. That none ever runs twice, the observer sees. */
class GuardE2E {
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final String GUARDED = "  isolationResponse: PowerOff\n";

    private Machines machines;

    @BeforeAll
    static void install() {
        guards(true);
    }

    @AfterAll
    static void uninstall() {
        guards(false);
    }

    private static void guards(boolean isEnabled) {
        Testbed.open()
                .verb(
                        "helm",
                        "upgrade",
                        "meridian",
                        "charts/meridian",
                        "--namespace",
                        "meridian-system",
                        "--reuse-values",
                        "--set",
                        "guard.enabled=" + isEnabled,
                        "--wait",
                        "--timeout",
                        "3m")
                .orFail();
    }

    @BeforeEach
    void open() {
        machines = new Machines(Testbed.open(), "guard");
    }

    @AfterEach
    void close() {
        machines.testbed.nodes().forEach(node -> {
            machines.testbed.verb("node", "plug", node.name()).orFail();
            machines.testbed.kubectl("uncordon", node.name()).orFail();
        });
        machines.close();
    }

    @Test
    @Tag("long")
    void machineOfANodeThatIsCutOffEndsThereAndStartsElsewhere() {
        // given
        machines.create("moves", GUARDED);
        var before = machines.awaitReady("moves", "Running");
        var uid = before.getMetadata().getUid();
        var node = machines.nodeOf("moves");
        assertThat(guard(uid)).as("the process that holds the guest").isPresent();
        Awaitility.await("the Lease to name it")
                .atMost(LIMIT)
                .until(() -> lease(node).contains(uid));
        assertThat(Machines.condition(before, "LiveMigratable").orElseThrow().reason())
                .isEqualTo("Guarded");
        controllersAway(node);

        // when
        machines.testbed.verb("node", "unplug", node.name()).orFail();

        // then
        machines.await("moves", "elsewhere", vm -> isElsewhere(vm, node));
        var after = machines.awaitReady("moves", "Running");
        assertThat(Machines.status(after).fencedNodes())
                .extracting(FencedNode::nodeName, FencedNode::by)
                .containsExactly(tuple(node.name(), "its node's guard, whose Lease is over"));
        assertThat(machines.observed(uid).path("maxCopies").asInt()).isEqualTo(1);
        assertThat(machines.observed(uid).path("boots").asInt()).isEqualTo(2);

        // when
        machines.testbed.verb("node", "plug", node.name()).orFail();

        // then
        Awaitility.await("what the node still has of it to be gone")
                .atMost(LIMIT)
                .until(() -> machines.testbed
                        .virsh(node, "domstate", machines.domain("moves"))
                        .output()
                        .contains("failed to get domain"));
        Awaitility.await("the guard to hold its Lease again")
                .atMost(LIMIT)
                .until(() -> holder(node).startsWith("guard/"));
        assertThat(machines.observed(uid).path("boots").asInt()).isEqualTo(2);
    }

    @Test
    void guestOutlivesAGuardThatIsExchangedAndIsHeldByTheNext() {
        // given
        machines.create("stays", GUARDED);
        var uid = machines.awaitReady("stays", "Running").getMetadata().getUid();
        var before = guard(uid).orElseThrow();

        // when
        machines.testbed
                .kubectl("-n", "meridian-system", "rollout", "restart", "daemonset/meridian-guard")
                .orFail();

        // then
        Awaitility.await("another guard to hold it")
                .atMost(LIMIT)
                .until(() -> guard(uid).filter(now -> !now.equals(before)).isPresent());
        assertThat(machines.observed(uid).path("boots").asInt()).isEqualTo(1);
    }

    @Test
    void guestEndsWithAGuardThatIsKilledAndStartsAgainUnderTheNext() {
        // given
        machines.create("ends", GUARDED);
        var uid = machines.awaitReady("ends", "Running").getMetadata().getUid();
        var before = guard(uid).orElseThrow();

        // when
        signal("KILL", before);

        // then
        machines.await("ends", "restarted", GuardE2E::isRestarted);
        machines.awaitReady("ends", "Running");
        assertThat(guard(uid)).get().isNotEqualTo(before);
        assertThat(machines.observed(uid).path("maxCopies").asInt()).isEqualTo(1);
    }

    @Test
    void guardHasItsOwnNodesLeaseAlone() {
        // given
        var nodes = machines.testbed.nodes();
        var token = machines.testbed
                .kubectl(
                        "-n",
                        "meridian-system",
                        "create",
                        "token",
                        "meridian-guard",
                        "--bound-object-kind=Node",
                        "--bound-object-name=" + nodes.getFirst().name())
                .output()
                .strip();

        // when
        var said = Testbed.run(List.of(
                "curl",
                "--silent",
                "--insecure",
                "--fail-with-body",
                "--header",
                "Authorization: Bearer " + token,
                "--header",
                "Content-Type: application/json",
                "--data",
                "{\"apiVersion\":\"coordination.k8s.io/v1\",\"kind\":\"Lease\",\"metadata\":{\"name\":\"meridian-guard-elsewhere\"}}",
                machines.client.getMasterUrl().toString().replaceAll("/$", "")
                        + "/apis/coordination.k8s.io/v1/namespaces/meridian-system/leases"));

        // then
        assertThat(said.status()).isNotZero();
        assertThat(said.output())
                .contains("may only hold the Lease meridian-guard-"
                        + nodes.getFirst().name());
    }

    /** The kernel ends it: it does nothing itself any more. */
    @Test
    @Tag("long")
    void guestEndsWithAGuardThatHangs() {
        // given
        machines.create("hangs", GUARDED);
        var uid = machines.awaitReady("hangs", "Running").getMetadata().getUid();
        var before = guard(uid).orElseThrow();

        // when
        signal("STOP", before);

        // then
        machines.await("hangs", "restarted", GuardE2E::isRestarted);
        machines.awaitReady("hangs", "Running");
        assertThat(ProcessHandle.of(before)).isEmpty();
    }

    private String lease(Testbed.Node node) {
        return machines.testbed
                .kubectl("-n", "meridian-system", "get", "lease", "meridian-guard-" + node.name(), "-o", "yaml")
                .output();
    }

    private String holder(Testbed.Node node) {
        return machines.testbed
                .kubectl(
                        "-n",
                        "meridian-system",
                        "get",
                        "lease",
                        "meridian-guard-" + node.name(),
                        "-o",
                        "jsonpath={.spec.holderIdentity}")
                .output();
    }

    /** So that one is left that sees the node's loss. */
    private void controllersAway(Testbed.Node node) {
        machines.testbed.kubectl("cordon", node.name()).orFail();
        machines.testbed
                .kubectl(
                        "-n",
                        "meridian-system",
                        "delete",
                        "pods",
                        "-l",
                        "app.kubernetes.io/component=controller",
                        "--field-selector=spec.nodeName=" + node.name())
                .orFail();
        Awaitility.await("a controller elsewhere to lead").atMost(LIMIT).until(() -> {
            var leader = machines.testbed
                    .kubectl(
                            "-n",
                            "meridian-system",
                            "get",
                            "lease",
                            "meridian-controller",
                            "-o",
                            "jsonpath={.spec.holderIdentity}")
                    .output();
            return machines.testbed
                    .kubectl(
                            "-n",
                            "meridian-system",
                            "get",
                            "pods",
                            "-l",
                            "app.kubernetes.io/component=controller",
                            "-o",
                            "jsonpath={range .items[*]}{.metadata.name}/{.spec.nodeName} {end}")
                    .output()
                    .lines()
                    .flatMap(line -> Stream.of(line.split(" ", -1)))
                    .anyMatch(pod -> !pod.isEmpty()
                            && leader.startsWith(pod.substring(0, pod.indexOf('/')))
                            && !pod.endsWith("/" + node.name()));
        });
    }

    private static boolean isElsewhere(VirtualMachine vm, Testbed.Node node) {
        var now = Machines.status(vm).nodeName();
        return now != null && !now.equals(node.name());
    }

    private static boolean isRestarted(VirtualMachine vm) {
        return Optional.ofNullable(Machines.status(vm).power())
                .map(Power::restarts)
                .filter(restarts -> restarts == 1)
                .isPresent();
    }

    private static void signal(String signal, long process) {
        Testbed.run(List.of("kill", "-" + signal, Long.toString(process))).orFail();
    }

    /** The process that traces the machine's hypervisor. */
    private static Optional<Long> guard(String uid) {
        return ProcessHandle.allProcesses()
                .filter(process -> arguments(process.pid()).contains("\0-uuid\0" + uid + "\0"))
                .findFirst()
                .map(qemu -> said(qemu.pid(), "TracerPid:"))
                .filter(tracer -> tracer != 0)
                .map(tracer -> said(tracer, "Tgid:"));
    }

    private static String arguments(long process) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(process), "cmdline"), StandardCharsets.ISO_8859_1);
        } catch (IOException _) { // it ended
            return "";
        }
    }

    private static long said(long process, String what) {
        try (var lines = Files.lines(Path.of("/proc", Long.toString(process), "status"))) {
            return lines.filter(line -> line.startsWith(what))
                    .mapToLong(
                            line -> Long.parseLong(line.substring(what.length()).strip()))
                    .findFirst()
                    .orElse(0);
        } catch (IOException | UncheckedIOException _) { // it ended
            return 0;
        }
    }
}
