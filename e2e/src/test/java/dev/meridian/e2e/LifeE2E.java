package dev.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.Condition;
import dev.meridian.api.v1alpha1.DomainStatus;
import dev.meridian.api.v1alpha1.IgnoredVerb;
import dev.meridian.api.v1alpha1.LastReboot;
import dev.meridian.api.v1alpha1.LastStop;
import dev.meridian.api.v1alpha1.Meridian;
import dev.meridian.api.v1alpha1.PendingChange;
import dev.meridian.api.v1alpha1.Power;
import dev.meridian.api.v1alpha1.VirtualMachine;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.assertj.core.data.Offset;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Run strategies and the verbs of spec.power, each on a guest that runs. */
@Shared
class LifeE2E {
    private static Machines machines;

    @BeforeAll
    static void open() {
        machines = new Machines(Testbed.open(), "life");
    }

    @AfterAll
    static void close() {
        machines.close();
    }

    @Test
    void rerunOnFailureStartsAgainAfterACrashAndNotAfterAPowerOff() {
        // given
        machines.create("rerun", "  runStrategy: RerunOnFailure\n");
        var uid = uid(machines.awaitReady("rerun", "Running"));

        // when
        Testbed.run(List.of("pkill", "-KILL", "-f", "qemu.*-uuid " + uid)).orFail();

        // then
        machines.await("rerun", "restarted once", m -> restarts(m) == 1);
        machines.awaitReady("rerun", "Running");
        assertThat(lastStop("rerun")).contains("Crashed");

        // when
        machines.testbed.verb("console", machines.nodeOf("rerun").name(), machines.domain("rerun"), "poweroff -f");

        // then
        machines.awaitReady("rerun", "Stopped");
        assertThat(lastStop("rerun")).contains("GuestPowerOff");
        awaitNoPod("rerun");

        // when
        request("rerun", "start");

        // then
        machines.awaitReady("rerun", "Running");
        assertThat(machines.observed(uid).path("boots").asInt()).isEqualTo(3);
        assertThat(machines.observed(uid).path("maxCopies").asInt()).isEqualTo(1);
    }

    @Test
    void onceStaysOffWhenItHasEnded() {
        // given
        machines.create("once", "  runStrategy: Once\n");
        var uid = uid(machines.awaitReady("once", "Running"));

        // when
        Testbed.run(List.of("pkill", "-KILL", "-f", "qemu.*-uuid " + uid)).orFail();

        // then
        machines.awaitReady("once", "Stopped");
        request("once", "start");
        var vm = machines.await(
                "once", "told that the start is ignored", m -> ignored(m).isPresent());
        assertThat(ignored(vm).orElseThrow().message()).contains("spec.power.startRequestedAt", "Once");
        machines.awaitEvent("once", "VerbIgnored");
        assertThat(machines.observed(uid).path("boots").asInt()).isEqualTo(1);
    }

    @Test
    void verbsOfAManualMachineActOnceEach() {
        // given
        machines.create("manual", "  runStrategy: Always\n");
        var uid = uid(machines.awaitReady("manual", "Running"));
        machines.patchSpec("manual", "{\"runStrategy\":\"Manual\"}");
        var offset = machines.setClock("manual", "2031-01-01 00:00:00");

        // when
        request("manual", "restart");

        // then
        machines.await("manual", "restarted", m -> restarts(m) == 1);
        machines.awaitReady("manual", "Running");
        assertThat(lastStop("manual")).contains("RestartRequested");
        assertThat(machines.qemuOffset("manual")).isCloseTo(offset, Offset.offset(3L));

        // when
        request("manual", "reset");

        // then
        machines.await(
                "manual",
                "reset",
                m -> rebootReason(m).filter("ResetRequested"::equals).isPresent());
        assertThat(restarts(machines.get("manual"))).isEqualTo(1);

        // when
        request("manual", "stop");

        // then
        machines.awaitReady("manual", "Stopped");
        assertThat(lastStop("manual")).contains("StopRequested");
        awaitNoPod("manual");

        // when
        request("manual", "start");

        // then
        machines.awaitReady("manual", "Running");
        assertThat(machines.observed(uid).path("boots").asInt()).isEqualTo(3);
        assertThat(machines.observed(uid).path("maxCopies").asInt()).isEqualTo(1);
    }

    @Test
    void hibernatedMachineGoesOnWhereItWas() {
        // given
        machines.create("sleeps", "  runStrategy: RerunOnFailure\n");
        var uid = uid(machines.awaitReady("sleeps", "Running"));
        machines.type("sleeps", "echo remembered > /tmp/note");

        // when
        request("sleeps", "hibernate");

        // then
        machines.awaitReady("sleeps", "Hibernated");
        assertThat(savedMemory("sleeps")).contains(true);
        awaitNoPod("sleeps");

        // when
        request("sleeps", "start");

        // then
        machines.awaitReady("sleeps", "Running");
        assertThat(machines.type("sleeps", "cat /tmp/note")).contains("remembered");
        assertThat(savedMemory("sleeps")).isEmpty();
        assertThat(machines.observed(uid).path("maxCopies").asInt()).isEqualTo(1);
    }

    @Test
    void pausedMachineIsReadyAndHoldsStill() {
        // given
        machines.create("pauses", "  paused: true\n");
        machines.awaitReady("pauses", "Paused");

        // when
        machines.patchSpec("pauses", "{\"paused\":false}");

        // then
        machines.awaitReady("pauses", "Running");
        machines.type("pauses", "true");

        // when
        machines.patchSpec("pauses", "{\"paused\":true}");

        // then
        machines.awaitReady("pauses", "Paused");
        machines.patchSpec("pauses", "{\"runStrategy\":\"Halted\"}");
        machines.awaitReady("pauses", "Stopped");
        assertThat(lastStop("pauses")).contains("Halted");
    }

    @Test
    void guestRebootIsToldAndCountsAsNoRestart() {
        // given
        machines.create("reboots", "");
        var uid = uid(machines.awaitReady("reboots", "Running"));

        // when
        machines.type("reboots", "reboot -f &");

        // then
        var vm = machines.await(
                "reboots",
                "rebooted",
                m -> rebootReason(m).filter("GuestReboot"::equals).isPresent());
        assertThat(restarts(vm)).isZero();
        machines.awaitEvent("reboots", "GuestReboot");
        assertThat(machines.observed(uid).path("processes").asInt()).isEqualTo(1);
    }

    @Test
    void changeOfARunningMachineIsMadeLiveOrPending() {
        // given
        machines.create("changes", """
                  interfaces:
                  - name: lan
                """);
        machines.awaitReady("changes", "Running");

        // when
        machines.patchSpec("changes", """
                {"interfaces":[{"name":"lan","linkState":"Down"}],"cpu":{"cores":2}}""");

        // then
        Awaitility.await("the link to be down")
                .atMost(Duration.ofMinutes(2))
                .until(() -> machines.testbed
                        .virsh(machines.nodeOf("changes"), "dumpxml", machines.domain("changes"))
                        .orFail()
                        .contains("<link state='down'/>"));
        var vm = machines.await(
                "changes", "pending", m -> !m.getStatus().pendingChanges().isEmpty());
        assertThat(vm.getStatus().pendingChanges())
                .containsExactly(new PendingChange("spec.cpu.cores", "2", "1", "NotChangeableLive"));
        machines.awaitCondition("changes", "RestartRequired", "SpecChanged");

        // when
        request("changes", "restart");

        // then
        machines.await("changes", "restarted", m -> restarts(m) == 1);
        var after = machines.await(
                "changes",
                "nothing pending",
                m -> m.getStatus().pendingChanges().isEmpty());
        assertThat(Machines.condition(after, "RestartRequired").map(Condition::reason))
                .contains("UpToDate");
        machines.awaitReady("changes", "Running");
        assertThat(machines.type("changes", "nproc")).contains("2");
    }

    private static void request(String name, String verb) {
        machines.patchSpec(name, "{\"power\":{\"%sRequestedAt\":\"%s\"}}".formatted(verb, Instant.now()));
    }

    private static void awaitNoPod(String name) {
        Awaitility.await("no reservation of " + name)
                .atMost(Duration.ofMinutes(2))
                .until(() -> machines.testbed
                        .kubectl(
                                "-n",
                                machines.namespace,
                                "get",
                                "pods",
                                "-l",
                                Meridian.MACHINE_LABEL + "=" + uid(machines.get(name)),
                                "-o",
                                "name")
                        .orFail()
                        .isEmpty());
    }

    private static String uid(VirtualMachine vm) {
        return vm.getMetadata().getUid();
    }

    private static Optional<IgnoredVerb> ignored(VirtualMachine vm) {
        return Optional.ofNullable(Machines.status(vm).power()).map(Power::ignored);
    }

    private static Optional<Boolean> savedMemory(String name) {
        return Optional.ofNullable(Machines.status(machines.get(name)).domain()).map(DomainStatus::savedMemory);
    }

    private static long restarts(VirtualMachine vm) {
        return Optional.ofNullable(Machines.status(vm).power())
                .map(Power::restarts)
                .orElse(0L);
    }

    private static Optional<String> rebootReason(VirtualMachine vm) {
        return Optional.ofNullable(Machines.status(vm).power())
                .map(Power::lastReboot)
                .map(LastReboot::reason);
    }

    private static Optional<String> lastStop(String name) {
        return Optional.ofNullable(Machines.status(machines.get(name)).power())
                .map(Power::lastStop)
                .map(LastStop::reason);
    }
}
