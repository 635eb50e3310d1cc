package dev.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.Condition;
import dev.meridian.api.v1alpha1.LastStop;
import dev.meridian.api.v1alpha1.Power;
import dev.meridian.api.v1alpha1.VirtualMachine;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.assertj.core.data.Offset;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What dies around a machine, and that the machine and its clock are none the worse. */
@Processes("an agent is started while the API server is away: kubelet and DaemonSet would wait for that")
class SurvivalE2E {
    private static final Offset<Long> CLOCK = Offset.offset(3L);

    private static Machines machines;

    @BeforeAll
    static void open() {
        machines = new Machines(Testbed.open(), "survival");
    }

    @AfterAll
    static void close() {
        machines.close();
    }

    @Test
    void guestPowerOffIsToldAndTheMachineStartsAgainWithItsClock() {
        // given
        machines.create("poweroff", "");
        machines.awaitReady("poweroff", "Running");
        var offset = machines.setClock("poweroff", "2033-01-01 00:00:00");

        // when
        machines.testbed.verb(
                "console", machines.nodeOf("poweroff").name(), machines.domain("poweroff"), "poweroff -f");

        // then
        var vm = machines.await("poweroff", "restarted once", m -> restarts(m) == 1);
        assertThat(lastStop(vm)).isEqualTo("GuestPowerOff");
        machines.awaitReady("poweroff", "Running");
        assertThat(machines.qemuOffset("poweroff")).isCloseTo(offset, CLOCK);
    }

    @Test
    void crashedHypervisorProcessIsStartedAgainWithItsClock() {
        // given
        machines.create("crashes", "");
        var uid = machines.awaitReady("crashes", "Running").getMetadata().getUid();
        var offset = machines.setClock("crashes", "2034-01-01 00:00:00");

        // when
        crash(uid);

        // then
        var vm = machines.await("crashes", "restarted once", m -> restarts(m) == 1);
        assertThat(lastStop(vm)).isEqualTo("Crashed");
        machines.awaitReady("crashes", "Running");
        assertThat(machines.qemuOffset("crashes")).isCloseTo(offset, CLOCK);
        assertThat(machines.observed(uid).path("maxCopies").asInt()).isEqualTo(1);
    }

    @Test
    void machineThatCrashesAgainAndAgainIsStartedEverMoreRarely() {
        // given
        machines.create("loops", "");
        var uid = machines.awaitReady("loops", "Running").getMetadata().getUid();
        crash(uid);
        machines.await("loops", "restarted once", m -> restarts(m) == 1 && isRunning(m));

        // when
        crash(uid);

        // then
        var second = machines.await(
                "loops", "backed off", m -> "Crashed".equals(Machines.status(m).printableStatus()));
        assertThat(wait(second)).isEqualTo(Duration.ofSeconds(10));
        assertThat(Machines.condition(second, "Ready").map(Condition::reason)).contains("CrashLoopBackOff");
        machines.await("loops", "restarted twice", m -> restarts(m) == 2 && isRunning(m));
        crash(uid);
        var third = machines.await(
                "loops", "backed off", m -> "Crashed".equals(Machines.status(m).printableStatus()));
        assertThat(wait(third)).isEqualTo(Duration.ofSeconds(20));
        machines.patchSpec("loops", "{\"runStrategy\":\"Halted\"}");
        machines.awaitReady("loops", "Stopped");
        assertThat(machines.observed(uid).path("boots").asInt()).isEqualTo(3);
    }

    @Test
    void agentThatBeginsWhileTheApiServerIsAwayServesWhenItIsBack() {
        // given
        machines.create("patient", "");
        machines.awaitReady("patient", "Running");
        var node = machines.nodeOf("patient");
        var testbed = machines.testbed;
        testbed.verb("agent", "kill", node.name()).orFail();
        testbed.verb("apiserver", "stop").orFail();
        testbed.verb("agent", "start", node.name()).orFail();
        var agent = testbed.verb("pid", "agent", node.name()).orFail();
        Awaitility.await("the agent to ask in vain")
                .until(() ->
                        testbed.agentLog(node).lines().toList().getLast().contains("does not let the agent begin yet"));

        // when
        testbed.verb("apiserver", "start").orFail();

        // then
        machines.patchSpec("patient", "{\"runStrategy\":\"Halted\"}");
        machines.awaitReady("patient", "Stopped");
        assertThat(testbed.verb("pid", "agent", node.name()).orFail()).isEqualTo(agent);
    }

    @Test
    void agentThatBeginsAnewKeepsWhatProbesToldAndCutsNoPower() {
        // given
        machines.createFrom(machines.manifest("kept", """
                  readinessProbe: {guestAgentPing: {}, periodSeconds: 1}
                  livenessProbe: {guestAgentPing: {}, periodSeconds: 1, initialDelaySeconds: 30}
                """)
                .replace(
                        machines.testbed.guest().initramfs(),
                        machines.testbed.guest().agentInitramfs()));
        var before = machines.awaitCondition("kept", "GuestReady", "ProbeSucceeded");
        var node = machines.nodeOf("kept");

        // when
        machines.testbed.verb("agent", "stop", node.name()).orFail();
        machines.testbed.verb("agent", "start", node.name()).orFail();
        FaultedCluster.lasts(35_000);

        // then
        var vm = machines.get("kept");
        assertThat(Machines.condition(vm, "GuestReady")).contains(before);
        assertThat(restarts(vm)).isZero();
    }

    @Test
    void guestAndItsClockSurviveLibvirtd() {
        // given
        machines.create("daemon", "");
        var uid = machines.awaitReady("daemon", "Running").getMetadata().getUid();
        var node = machines.nodeOf("daemon");

        // when
        machines.testbed.verb("libvirtd", "kill", node.name()).orFail();
        machines.testbed.verb("libvirtd", "start", node.name()).orFail();
        var offset = machines.setClock("daemon", "2035-01-01 00:00:00");

        // then
        machines.awaitReady("daemon", "Running");
        assertThat(Machines.offset(machines.get("daemon"))).isCloseTo(offset, CLOCK);
        assertThat(machines.observed(uid).path("processes").asInt()).isEqualTo(1);
    }

    @Test
    void clockSurvivesThePowerFailureOfItsNode() {
        // given
        machines.create("node", "");
        machines.awaitReady("node", "Running");
        var offset = machines.setClock("node", "2036-01-01 00:00:00");
        var node = machines.nodeOf("node");

        // when
        machines.testbed.verb("node", "power-off", node.name()).orFail();
        machines.testbed.verb("node", "boot", node.name()).orFail();

        // then
        machines.await("node", "restarted once", m -> restarts(m) == 1);
        machines.awaitReady("node", "Running");
        assertThat(machines.qemuOffset("node")).isCloseTo(offset, CLOCK);
    }

    @Test
    void observerSeesAForbiddenSecondCopy() {
        // given
        machines.create("twice", "");
        var uid = machines.awaitReady("twice", "Running").getMetadata().getUid();
        var home = machines.nodeOf("twice");
        var other = machines.testbed.nodes().stream()
                .filter(node -> !node.equals(home))
                .findFirst()
                .orElseThrow();
        var xml = machines.testbed
                .virsh(home, "dumpxml", "--inactive", machines.domain("twice"))
                .orFail();

        // when
        machines.define(other, xml);
        machines.testbed.virsh(other, "start", machines.domain("twice")).orFail();

        // then
        Awaitility.await("the violation")
                .atMost(Duration.ofSeconds(20))
                .until(() -> machines.observed(uid).path("maxCopies").asInt() == 2);
        machines.testbed.virsh(other, "destroy", machines.domain("twice")).orFail();
        machines.testbed.virsh(other, "undefine", machines.domain("twice")).orFail();
        machines.testbed.verb("violations", "--expect", uid).orFail();
    }

    private static void crash(String uid) {
        Testbed.run(List.of("pkill", "-KILL", "-f", "qemu.*-uuid " + uid)).orFail();
    }

    private static boolean isRunning(VirtualMachine vm) {
        return Machines.condition(vm, "Ready")
                .filter(c -> c.reason().equals("Running"))
                .isPresent();
    }

    /** From the last end to the next start. */
    private static Duration wait(VirtualMachine vm) {
        var power = Objects.requireNonNull(Machines.status(vm).power());
        return Duration.between(
                Instant.parse(Objects.requireNonNull(power.lastStop()).at()),
                Instant.parse(Objects.requireNonNull(power.nextStartAt())));
    }

    private static long restarts(VirtualMachine vm) {
        return Optional.ofNullable(Machines.status(vm).power())
                .map(Power::restarts)
                .orElse(0L);
    }

    private static String lastStop(VirtualMachine vm) {
        return Optional.ofNullable(Machines.status(vm).power())
                .map(Power::lastStop)
                .map(LastStop::reason)
                .orElse("none");
    }
}
