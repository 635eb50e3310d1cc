package dev.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.meridian.api.v1alpha1.PowerState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The main job: a manifest boots a guest, and its clock comes back. */
class FirstMachineE2E {
    private static final String NIC = """
              interfaces:
              - name: default
            """;
    private static final long TOLERANCE = 2;

    private static Machines machines;

    @BeforeAll
    static void open() {
        machines = new Machines(Testbed.open(), "first-machine");
    }

    @AfterAll
    static void close() {
        machines.close();
    }

    @Test
    void manifestBootsAGuestWhoseClockComesBack() {
        // given
        machines.create("clock", "");
        machines.awaitReady("clock", "Running");

        // when
        machines.type("clock", "date -s '2030-01-01 00:00:00' && hwclock -w");

        // then
        var vm = machines.await("clock", "told of the clock", m -> Math.abs(Machines.offset(m)) > 1_000_000);
        assertThat(Machines.offset(vm))
                .isCloseTo(machines.qemuOffset("clock"), org.assertj.core.data.Offset.offset(TOLERANCE));
        assertThat(Objects.requireNonNull(Machines.status(vm).clock()).source().name())
                .isEqualTo("Event");
        assertThat(machines.testbed
                        .kubectl("-n", machines.namespace, "get", "vm", "clock")
                        .orFail())
                .contains("NAME", "STATUS", "READY", "NODE", "CLOCK", "AGE")
                .contains(Long.toString(Machines.offset(vm)));
    }

    @Test
    void offsetSurvivesAStopAndAStart() {
        // given
        machines.create("kept", "");
        machines.awaitReady("kept", "Running");
        machines.type("kept", "date -s '2031-06-01 00:00:00' && hwclock -w");
        machines.await("kept", "told of the clock", m -> Math.abs(Machines.offset(m)) > 1_000_000);
        var before = machines.qemuOffset("kept");

        // when
        machines.patchSpec("kept", "{\"runStrategy\":\"Halted\"}");
        var stopped = machines.awaitReady("kept", "Stopped");
        machines.patchSpec("kept", "{\"runStrategy\":\"Always\"}");
        var started = machines.awaitReady("kept", "Running");

        // then
        assertThat(Objects.requireNonNull(Machines.status(stopped).power()).state())
                .isEqualTo(PowerState.Off);
        assertThat(machines.qemuOffset("kept")).isCloseTo(before, org.assertj.core.data.Offset.offset(3L));
        assertThat(Machines.offset(started)).isCloseTo(before, org.assertj.core.data.Offset.offset(TOLERANCE));
    }

    @Test
    void guestRunsOnWhenTheAgentIsKilled() throws Exception {
        // given
        machines.create("outlives", "");
        var uid = machines.awaitReady("outlives", "Running").getMetadata().getUid();
        var node = machines.nodeOf("outlives");

        // when
        machines.testbed.verb("agent", "kill", node.name()).orFail();
        machines.type("outlives", "date -s '2032-01-01 00:00:00' && hwclock -w");
        machines.testbed.verb("agent", "start", node.name()).orFail();

        // then
        var vm = machines.await("outlives", "told of the clock", m -> Math.abs(Machines.offset(m)) > 1_000_000);
        assertThat(Machines.offset(vm))
                .isCloseTo(machines.qemuOffset("outlives"), org.assertj.core.data.Offset.offset(TOLERANCE));
        var seen = new ObjectMapper()
                .readTree(machines.testbed
                        .verb("observed", "--uuid", uid, "--json")
                        .orFail())
                .path(0);
        assertThat(seen.path("boots").asInt()).isEqualTo(1);
        assertThat(seen.path("maxCopies").asInt()).isEqualTo(1);
    }

    @Test
    void leasedAddressIsTheGuests() {
        // given
        machines.create("net", NIC);

        // when
        var vm = machines.await(
                "net",
                "given an address",
                m -> Machines.status(m).interfaces().stream()
                        .anyMatch(nic -> !nic.addresses().isEmpty()));

        // then
        var nic = Machines.status(vm).interfaces().getFirst();
        assertThat(machines.type("net", "ip addr show eth0"))
                .contains(nic.addresses().getFirst())
                .contains(nic.macAddress());
    }

    @Test
    void deletionWaitsForTheAgent() {
        // given
        machines.create("waits", "  stopMode: Hard\n");
        machines.awaitReady("waits", "Running");
        var node = machines.nodeOf("waits");
        machines.testbed.verb("agent", "stop", node.name()).orFail();

        // when
        machines.delete("waits");

        // then
        machines.await(
                "waits", "waiting with its finalizer", m -> m.getMetadata().getDeletionTimestamp() != null);
        assertThat(machines.testbed
                        .virsh(node, "domstate", machines.domain("waits"))
                        .orFail())
                .isEqualTo("running");
        machines.testbed.verb("agent", "start", node.name()).orFail();
        machines.awaitGone("waits");
        assertThat(machines.testbed.virsh(node, "list", "--all", "--name").orFail())
                .doesNotContain(machines.domain("waits"));
    }

    @Test
    void firstSampleIsAppliedTwiceWithoutADifference() throws Exception {
        // given
        var sample = Path.of(machines.testbed.repository(), "deploy", "samples", "first-machine.yaml");
        assertThat(Files.readString(sample)).contains("kind: VirtualMachine");
        machines.testbed
                .kubectl("-n", machines.namespace, "apply", "-f", sample.toString())
                .orFail();
        machines.awaitReady("first", "Running");

        // when
        var difference = machines.testbed.kubectl("-n", machines.namespace, "diff", "-f", sample.toString());

        // then
        assertThat(difference.status()).as(difference.output()).isZero();
    }
}
