package dev.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.ConditionStatus;
import dev.meridian.api.v1alpha1.LastStop;
import dev.meridian.api.v1alpha1.Power;
import dev.meridian.api.v1alpha1.VirtualMachine;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Probes of running guests: by their agents, and from their nodes at the address that was leased to them. */
@Shared
class ProbeE2E {
    private static final String NIC = "  interfaces: [{name: lan}]\n";

    private static Machines machines;

    @BeforeAll
    static void open() {
        machines = new Machines(Testbed.open(), "probe");
    }

    @AfterAll
    static void close() {
        machines.close();
    }

    @Test
    void commandInTheGuestSaysWhetherItIsReady() {
        // given
        create("command", """
                  readinessProbe:
                    exec: {command: [/bin/test, -e, /tmp/ready]}
                    periodSeconds: 1
                    failureThreshold: 2
                """);

        // when
        var unready = machines.awaitCondition("command", "GuestReady", "ProbeFailed");
        machines.type("command", "touch /tmp/ready");
        var ready = machines.awaitCondition("command", "GuestReady", "ProbeSucceeded");
        machines.type("command", "rm /tmp/ready");
        var again = machines.awaitCondition("command", "GuestReady", "ProbeFailed");

        // then
        assertThat(unready.status()).isEqualTo(ConditionStatus.False);
        assertThat(ready.status()).isEqualTo(ConditionStatus.True);
        assertThat(again.message()).contains("exited with 1");
        machines.awaitReady("command", "Running");
    }

    @Test
    void commandThatDoesNotEndFailsAndIsBegunOnce() {
        // given
        create("endless", """
                  readinessProbe:
                    exec: {command: [/bin/sleep, "4711"]}
                    periodSeconds: 1
                    timeoutSeconds: 1
                """);

        // when
        machines.awaitCondition("endless", "AgentConnected", "Connected");
        FaultedCluster.lasts(8_000);

        // then
        machines.awaitCondition("endless", "GuestReady", "ProbeFailed");
        assertThat(machines.type("endless", "pidof sleep | wc -w").strip()).isEqualTo("1");
    }

    @Test
    void portOfTheGuestSaysWhetherItIsReady() {
        // given
        create("port", NIC + """
                  readinessProbe: {tcpSocket: {port: 7}, periodSeconds: 1, failureThreshold: 1}
                """);
        machines.awaitCondition("port", "GuestReady", "ProbeFailed");

        // when
        machines.type("port", "(nc -ll -p 7 -e cat > /dev/null 2>&1 &)");

        // then
        machines.awaitCondition("port", "GuestReady", "ProbeSucceeded");
        machines.type("port", "killall nc");
        machines.awaitCondition("port", "GuestReady", "ProbeFailed");
    }

    @Test
    void statusOfAnHttpAnswerSaysWhetherTheGuestIsReady() {
        // given
        create("http", NIC + """
                  readinessProbe: {httpGet: {port: 80, path: /ready}, periodSeconds: 1, failureThreshold: 1}
                """);
        machines.awaitCondition("http", "GuestReady", "ProbeFailed");

        // when
        machines.type("http", "mkdir -p /tmp/www; busybox httpd -p 80 -h /tmp/www");
        FaultedCluster.lasts(5_000);
        var missing = machines.awaitCondition("http", "GuestReady", "ProbeFailed");
        machines.type("http", "echo yes > /tmp/www/ready");

        // then
        assertThat(missing.status()).isEqualTo(ConditionStatus.False);
        machines.awaitCondition("http", "GuestReady", "ProbeSucceeded");
    }

    @Test
    void guestThatTakesAnAddressOfItsNodeDoesNotSendTheNodeThere() {
        // given
        create("aims", NIC + """
                  stopMode: Hard
                  readinessProbe: {tcpSocket: {port: 53}, periodSeconds: 1, failureThreshold: 1}
                """);
        machines.awaitCondition("aims", "GuestReady", "ProbeFailed");
        var gateway = machines.type("aims", "ip route | sed -n 's/default via \\([0-9.]*\\).*/\\1/p'")
                .strip();

        // when
        machines.type("aims", "killall udhcpc; ip addr flush dev eth0; ip addr add %s/24 dev eth0".formatted(gateway));

        // then
        machines.await(
                "aims",
                "telling its node's address",
                vm -> Machines.status(vm).interfaces().stream()
                        .anyMatch(nic -> nic.addresses().contains(gateway)));
        FaultedCluster.lasts(5_000);
        assertThat(Machines.condition(machines.get("aims"), "GuestReady")
                        .orElseThrow()
                        .reason())
                .isEqualTo("ProbeFailed");
        // Others on the network would ask it in place of their gateway.
        machines.delete("aims");
        machines.awaitGone("aims");
    }

    @Test
    void guestThatDiesByItsProbeIsStartedAgainAndToldOf() {
        // given
        create("dies", """
                  livenessProbe: {guestAgentPing: {}, periodSeconds: 1, initialDelaySeconds: 30, failureThreshold: 3}
                """);
        machines.awaitCondition("dies", "AgentConnected", "Connected");
        FaultedCluster.lasts(35_000);
        assertThat(restarts(machines.get("dies"))).isZero();

        // when
        machines.type("dies", "killall -STOP qemu-ga");

        // then
        var vm = machines.await("dies", "started again", m -> restarts(m) == 1);
        assertThat(lastStop(vm).map(LastStop::reason)).contains("Unhealthy");
        machines.awaitEvent("dies", "LivenessProbeFailed");
        machines.awaitReady("dies", "Running");
        FaultedCluster.lasts(20_000);
        assertThat(restarts(machines.get("dies"))).isEqualTo(1);
    }

    @Test
    void guestThatMayRunOnceStaysDead() {
        // given
        create("once", """
                  runStrategy: Once
                  livenessProbe: {exec: {command: [/bin/false]}, periodSeconds: 1, initialDelaySeconds: 15}
                """);

        // when
        var vm = machines.awaitReady("once", "Stopped");

        // then
        assertThat(lastStop(vm).map(LastStop::reason)).contains("Unhealthy");
    }

    @Test
    void sampleIsAppliedAndReady() {
        // when
        machines.testbed
                .kubectl(
                        "-n",
                        machines.namespace,
                        "apply",
                        "-f",
                        machines.testbed.repository() + "/deploy/samples/probes.yaml")
                .orFail();

        // then
        machines.awaitCondition("probed", "GuestReady", "ProbeSucceeded");
    }

    private static void create(String name, String more) {
        machines.createFrom(machines.manifest(name, more)
                .replace(
                        machines.testbed.guest().initramfs(),
                        machines.testbed.guest().agentInitramfs()));
    }

    private static long restarts(VirtualMachine vm) {
        return Optional.ofNullable(Machines.status(vm).power())
                .map(Power::restarts)
                .orElse(0L);
    }

    private static Optional<LastStop> lastStop(VirtualMachine vm) {
        return Optional.ofNullable(Machines.status(vm).power()).map(Power::lastStop);
    }
}
