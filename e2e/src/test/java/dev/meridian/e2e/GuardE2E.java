package dev.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.meridian.api.v1alpha1.FencedNode;
import dev.meridian.api.v1alpha1.Power;
import dev.meridian.api.v1alpha1.VirtualMachine;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
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

    private static Guards guards;

    private Machines machines;

    @BeforeAll
    static void install() {
        guards = Guards.enabled(Testbed.open());
    }

    @AfterAll
    static void uninstall() {
        guards.close();
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
        machines.create("moves", Guards.GUARDED);
        var before = machines.awaitReady("moves", "Running");
        var uid = before.getMetadata().getUid();
        var node = machines.nodeOf("moves");
        assertThat(Guards.holding(uid)).as("the process that holds the guest").isPresent();
        guards.awaitNamedByLease(node, uid);
        assertThat(Machines.condition(before, "LiveMigratable").orElseThrow().reason())
                .isEqualTo("Guarded");
        Controllers.leave(machines.testbed, node); // so that one is left that sees the node's loss

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
        guards.awaitLeaseHeld(node);
        assertThat(machines.observed(uid).path("boots").asInt()).isEqualTo(2);
    }

    @Test
    void guestOutlivesAGuardThatIsExchangedAndIsHeldByTheNext() {
        // given
        machines.create("stays", Guards.GUARDED);
        var uid = machines.awaitReady("stays", "Running").getMetadata().getUid();
        var before = Guards.holding(uid).orElseThrow();

        // when
        guards.exchange();

        // then
        Guards.awaitHeldByAnother(uid, before);
        assertThat(machines.observed(uid).path("boots").asInt()).isEqualTo(1);
    }

    @Test
    void guestEndsWithAGuardThatIsKilledAndStartsAgainUnderTheNext() {
        // given
        machines.create("ends", Guards.GUARDED);
        var uid = machines.awaitReady("ends", "Running").getMetadata().getUid();
        var before = Guards.holding(uid).orElseThrow();

        // when
        signal("KILL", before);

        // then
        machines.await("ends", "restarted", GuardE2E::isRestarted);
        machines.awaitReady("ends", "Running");
        assertThat(Guards.holding(uid)).get().isNotEqualTo(before);
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
        machines.create("hangs", Guards.GUARDED);
        var uid = machines.awaitReady("hangs", "Running").getMetadata().getUid();
        var before = Guards.holding(uid).orElseThrow();

        // when
        signal("STOP", before);

        // then
        machines.await("hangs", "restarted", GuardE2E::isRestarted);
        machines.awaitReady("hangs", "Running");
        assertThat(ProcessHandle.of(before)).isEmpty();
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
}
