package dev.meridian.e2e;

import static dev.meridian.e2e.ArmedProcess.around;
import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.ConditionStatus;
import dev.meridian.api.v1alpha1.Hypervisor;
import dev.meridian.api.v1alpha1.MigrationPhase;
import dev.meridian.api.v1alpha1.VirtualMachineNetwork;
import dev.meridian.domain.plan.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The agent is killed right before and right after what each of its steps does, and the next one goes on from there. */
@Tag("long")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Processes(
        "agents kill themselves around each of their steps, as MERIDIAN_CRASH_AT tells them, and stay dead until the test goes on")
class AgentCrashE2E {
    private static final Offset<Long> CLOCK = Offset.offset(3L);
    private static final String CLOCK_OF_THE_GUEST = "date -s '2031-01-01 00:00:00' && hwclock -w";

    private static Machines machines;
    private static Testbed.Node home;
    private static Testbed.Node other;
    private static Claims claims;
    private static ArmedProcess agent;
    private static ArmedProcess othersAgent;

    @BeforeAll
    static void open() {
        machines = new Machines(Testbed.open(), "crash");
        home = machines.testbed.nodes().getFirst();
        other = machines.testbed.nodes().getLast();
        claims = new Claims(machines, home);
        agent = ArmedProcess.agent(machines.testbed, home);
        othersAgent = ArmedProcess.agent(machines.testbed, other);
    }

    @AfterAll
    static void close() {
        othersAgent.close();
        agent.close();
        machines.close();
        claims.close();
        machines.testbed
                .kubectl("delete", "hypervisorpolicy", machines.namespace, "--ignore-not-found")
                .orFail();
    }

    @Test
    void machineThatWasRefusedStartsOnce() {
        // given
        machines.testbed.virsh(home, "net-destroy", "default");
        agent.diesAt(around(Step.Refuse.class), () -> create("starts", """
                          disks: [{name: a, hostPath: {path: /etc/shadow}}]
                          interfaces: [{name: a}]
                        """));
        machines.awaitCondition("starts", "Stalled", "PathNotOpened");

        // when
        agent.diesAt(
                Stream.of(
                                around(Step.StartNetwork.class),
                                List.of("before Start", "after Define", "after Start"),
                                around(Step.Settled.class))
                        .flatMap(List::stream)
                        .toList(),
                () -> machines.patchSpec("starts", "{\"disks\":null}"));

        // then
        machines.awaitReady("starts", "Running");
        assertBoots("starts", 1);
        assertThat(machines.testbed.virsh(home, "net-list", "--name").orFail()).contains("default");
    }

    @Test
    void guestThatIsDeafIsPutOutAndKeepsItsClock() {
        // given
        create("deaf", "");
        machines.awaitReady("deaf", "Running");
        machines.type("deaf", "killall acpid");

        // when
        agent.diesAt(around(Step.Remember.class), () -> machines.type("deaf", CLOCK_OF_THE_GUEST));
        machines.await("deaf", "told of the clock", m -> Math.abs(Machines.offset(m)) > 1_000_000);
        var offset = machines.qemuOffset("deaf");
        agent.diesAt(
                around(Step.Shutdown.class, Step.Wait.class),
                () -> machines.patchSpec("deaf", "{\"runStrategy\":\"Halted\"}"));
        agent.diesAt(around(Step.Destroy.class), () -> machines.patchSpec("deaf", "{\"stopMode\":\"Hard\"}"));
        machines.awaitReady("deaf", "Stopped");
        agent.diesAt(
                around(Step.Hold.class),
                () -> machines.patchSpec(
                        "deaf", "{\"runStrategy\":\"Always\",\"nodeSelector\":{\"nowhere\":\"true\"}}"));
        machines.awaitCondition("deaf", "Ready", "WaitingForReservation");
        machines.patchSpec("deaf", "{\"nodeSelector\":{\"nowhere\":null}}");

        // then
        var vm = machines.awaitReady("deaf", "Running");
        assertThat(Machines.offset(vm)).isCloseTo(offset, CLOCK);
        assertThat(machines.qemuOffset("deaf")).isCloseTo(offset, CLOCK);
        assertBoots("deaf", 2);
    }

    @Test
    void machineThatMigratesGoesOnInOnePlaceWhereverItsAgentDies() {
        // given
        var migrations = new LiveMigrations(machines);
        create("moves", "");
        machines.awaitReady("moves", "Running");

        // when
        machines.patchSpec("moves", "{\"nodeSelector\":null}");
        agent.diesAt(List.of("after Define"), () -> migrations.create("moves-1", "moves", ""));

        // then
        assertThat(migrations.awaitEnd("moves-1").phase()).isEqualTo(MigrationPhase.Failed);
        machines.awaitReady("moves", "Running");
        assertThat(machines.nodeOf("moves").name()).isEqualTo(home.name());

        // when
        agent.diesAt(List.of("before Migrate", "after Act"), () -> migrations.create("moves-2", "moves", ""));

        // then
        assertThat(migrations.awaitEnd("moves-2").phase()).isEqualTo(MigrationPhase.Succeeded);
        machines.awaitReady("moves", "Running");
        assertThat(machines.nodeOf("moves").name()).isNotEqualTo(home.name());

        // when
        migrations.create("moves-3", "moves", "");
        migrations.awaitEnd("moves-3");
        machines.awaitReady("moves", "Running");
        agent.diesAt(List.of("after Migrate"), () -> migrations.create("moves-4", "moves", ""));

        // then
        assertThat(migrations.awaitEnd("moves-4").phase()).isEqualTo(MigrationPhase.Succeeded);
        machines.awaitReady("moves", "Running");
        assertThat(machines.observed(machines.get("moves").getMetadata().getUid())
                        .path("boots")
                        .asInt())
                .isEqualTo(1);
    }

    @Test
    void filesOfAMachineThatMigratesAreInOnePlaceWhereverAnAgentDies() {
        // given
        var migrations = new LiveMigrations(machines);
        create("carries", """
                  stopMode: Hard
                  cloudInit: {userData: "#!/bin/sh"}
                  disks: [{name: data, blank: {}, size: 2Mi}]
                """);
        var uid = machines.awaitReady("carries", "Running").getMetadata().getUid();
        machines.type("carries", "echo kept > /dev/vda && sync");
        machines.patchSpec("carries", "{\"nodeSelector\":null}");

        // when
        agent.diesAt(
                around(Step.MarkFiles.class, Step.DropFiles.class),
                () -> othersAgent.diesAt(
                        around(Step.MarkFiles.class, Step.MakeDisk.class, Step.WriteFiles.class),
                        // Agents that are away for so long cannot tell by how much their clocks differ.
                        () -> migrations.create("carries-1", "carries", "  allowClockSkew: true\n")));

        // then
        assertThat(migrations.awaitEnd("carries-1").phase()).isEqualTo(MigrationPhase.Succeeded);
        assertCarries(uid, other, home);

        // when
        agent.diesAt(around(Step.KeepFiles.class), () -> migrations.create("carries-2", "carries", ""));

        // then
        assertThat(migrations.awaitEnd("carries-2").phase()).isEqualTo(MigrationPhase.Succeeded);
        assertCarries(uid, home, other);

        // when
        agent.diesAt(
                Stream.concat(Stream.of("after Act"), around(Step.AskTarget.class).stream())
                        .toList(),
                () -> {
                    migrations.create("carries-3", "carries", "");
                    Awaitility.await("the agent's death")
                            .atMost(Duration.ofSeconds(60))
                            .until(() -> machines.testbed
                                            .verb("pid", "agent", home.name())
                                            .status()
                                    != 0);
                    // It forgets that the guest was sent away.
                    machines.testbed.verb("libvirtd", "stop", home.name()).orFail();
                    machines.testbed.verb("libvirtd", "start", home.name()).orFail();
                });

        // then
        assertThat(migrations.awaitEnd("carries-3").phase()).isEqualTo(MigrationPhase.Succeeded);
        assertCarries(uid, other, home);
        assertThat(boots(uid)).isEqualTo(1);

        // when
        migrations.create("carries-4", "carries", "  bandwidth: 1Mi\n");
        migrations.await("carries-4", "seen", status -> status.progress() != null);
        machines.testbed.virsh(other, "destroy", machines.domain("carries")).orFail();

        // then
        assertThat(migrations.awaitEnd("carries-4").phase()).isEqualTo(MigrationPhase.Failed);
        machines.awaitReady("carries", "Running");
        assertCarries(uid, other, home);
        assertThat(boots(uid)).isEqualTo(2);
    }

    private static void assertCarries(String uid, Testbed.Node node, Testbed.Node left) {
        machines.awaitReady("carries", "Running");
        assertThat(machines.nodeOf("carries").name()).isEqualTo(node.name());
        assertThat(machines.type("carries", "echo 3 > /proc/sys/vm/drop_caches; head -n 1 /dev/vda"))
                .contains("kept");
        Awaitility.await("nothing left on node " + left.name())
                .atMost(Duration.ofSeconds(30))
                .until(() -> !Path.of(left.stateDirectory(), "machines", uid)
                        .toFile()
                        .exists());
        assertThat(Path.of(node.stateDirectory(), "machines", uid).toFile().list())
                .containsExactlyInAnyOrder("cloud-init.iso", "data.qcow2");
    }

    @Test
    void claimOfAMachineThatMigratesIsOneMachinesWhereverAnAgentDies() throws IOException {
        // given
        var migrations = new LiveMigrations(machines);
        var directory = Files.createDirectories(claims.everywhere("crosses"));
        claims.sharedVolume("crosses", "16Mi", directory);
        claims.claim("crosses", "16Mi", "Filesystem", "ReadWriteMany");
        create("crosses", """
                  stopMode: Hard
                  disks: [{name: data, persistentVolumeClaim: {claimName: crosses}, cache: none}]
                """);
        var uid = machines.awaitReady("crosses", "Running").getMetadata().getUid();
        machines.type("crosses", "echo kept > /dev/vda && sync");
        machines.patchSpec("crosses", "{\"nodeSelector\":null}");

        // when
        othersAgent.diesAt(
                List.of("before Expect", "after Define", "after Expect"),
                () -> migrations.create("crosses-1", "crosses", "  allowClockSkew: true\n"));

        // then
        assertThat(migrations.awaitEnd("crosses-1").phase()).isEqualTo(MigrationPhase.Succeeded);
        assertCrosses(other, home);

        // when the migration is gone before the agent is back
        agent.diesAt(
                Stream.concat(Stream.of("after Expect"), around(Step.StopExpecting.class).stream())
                        .toList(),
                () -> {
                    migrations.create("crosses-2", "crosses", "");
                    Awaitility.await("the agent's death")
                            .atMost(Duration.ofSeconds(60))
                            .until(() -> machines.testbed
                                            .verb("pid", "agent", home.name())
                                            .status()
                                    != 0);
                    machines.testbed
                            .kubectl("-n", machines.namespace, "delete", "vmm", "crosses-2")
                            .orFail();
                    assertThat(machines.testbed
                                    .virsh(home, "dominfo", machines.domain("crosses"))
                                    .output())
                            .contains("shut off");
                });

        // then
        assertCrosses(other, home);
        assertThat(boots(uid)).isEqualTo(1);

        // when the node that it leaves dies in the middle, and libvirt is done before the agent is back
        othersAgent.diesAt(List.of("after Act"), () -> migrations.create("crosses-3", "crosses", ""));

        // then
        assertThat(migrations.awaitEnd("crosses-3").phase()).isEqualTo(MigrationPhase.Succeeded);
        assertCrosses(home, other);
        assertThat(boots(uid)).isEqualTo(1);
        machines.delete("crosses");
        machines.awaitGone("crosses");
        assertThat(directory.resolve("disk.img")).exists();
    }

    private static void assertCrosses(Testbed.Node node, Testbed.Node left) {
        machines.awaitReady("crosses", "Running");
        assertThat(machines.nodeOf("crosses").name()).isEqualTo(node.name());
        assertThat(machines.type("crosses", "echo 3 > /proc/sys/vm/drop_caches; head -n 1 /dev/vda"))
                .contains("kept");
        Awaitility.await("no definition on node " + left.name())
                .atMost(Duration.ofSeconds(90))
                .until(() -> machines.testbed
                        .virsh(left, "domstate", machines.domain("crosses"))
                        .output()
                        .contains("failed to get domain"));
    }

    private static int boots(String uid) {
        return machines.observed(uid).path("boots").asInt();
    }

    @Test
    void whatIsDoneToARunningGuestIsDone() {
        // given
        create("runs", "  interfaces: [{name: lan}]\n");
        machines.awaitReady("runs", "Running");
        var offset = machines.setClock("runs", "2034-01-01 00:00:00");

        // when
        agent.diesAt(around(Step.Suspend.class), () -> machines.patchSpec("runs", "{\"paused\":true}"));
        machines.awaitReady("runs", "Paused");
        agent.diesAt(around(Step.Resume.class), () -> machines.patchSpec("runs", "{\"paused\":false}"));
        machines.awaitReady("runs", "Running");
        agent.diesAt(List.of("after Act"), () -> machines.patchSpec("runs", "{\"paused\":true}"));
        machines.awaitReady("runs", "Paused");
        agent.diesAt(List.of("after Act"), () -> machines.patchSpec("runs", "{\"paused\":false}"));
        machines.awaitReady("runs", "Running");
        agent.diesAt(
                List.of("before UpdateDevice", "after Act", "after UpdateDevice"),
                () -> machines.patchSpec("runs", "{\"interfaces\":[{\"name\":\"lan\",\"linkState\":\"Down\"}]}"));

        // then
        machines.await(
                "runs",
                "the newest spec",
                m -> Machines.isObserved(m)
                        && Machines.status(m).pendingChanges().isEmpty());
        machines.awaitReady("runs", "Running");
        assertThat(machines.testbed
                        .virsh(home, "dumpxml", machines.domain("runs"))
                        .orFail())
                .contains("<link state='down'/>");
        assertThat(machines.type("runs", "echo it runs")).contains("it runs");
        assertThat(machines.qemuOffset("runs")).isCloseTo(offset, CLOCK);
        assertThat(Machines.condition(machines.get("runs"), "Drifted").map(c -> c.status()))
                .isNotEqualTo(Optional.of(ConditionStatus.True));
        assertBoots("runs", 1);
    }

    @Test
    void whatARunningGuestIsGivenMoreItIsGivenOnce() {
        // given
        machines.createFrom(machines.manifest(
                        "grows",
                        "  nodeSelector: {kubernetes.io/hostname: %s}\n  cpu: {maxSockets: 4}\n".formatted(home.name()))
                .replace("guest: 128Mi", "guest: 256Mi\n    maxGuest: 2Gi"));
        machines.awaitReady("grows", "Running");

        // when
        agent.diesAt(around(Step.PlugCpus.class), () -> machines.patchSpec("grows", "{\"cpu\":{\"sockets\":2}}"));
        agent.diesAt(List.of("after Act"), () -> machines.patchSpec("grows", "{\"cpu\":{\"sockets\":3}}"));
        awaitGiven("grows");
        agent.diesAt(
                around(Step.PlugMemory.class), () -> machines.patchSpec("grows", "{\"memory\":{\"guest\":\"384Mi\"}}"));
        agent.diesAt(List.of("after Act"), () -> machines.patchSpec("grows", "{\"memory\":{\"guest\":\"640Mi\"}}"));
        awaitGiven("grows");

        // then
        var xml = machines.testbed
                .virsh(home, "dumpxml", machines.domain("grows"))
                .orFail();
        assertThat(xml).contains("<memory unit='KiB'>655360<", "current='3'>4<");
        assertThat(xml.split("<memory model='dimm'>", -1)).hasSize(3);
        assertBoots("grows", 1);
    }

    /** The other node's kubelet gives CPUs away. */
    @Test
    void guestLeavesTheCpusThatAreAnothers() {
        // given
        var there = "  stopMode: Hard\n  nodeSelector: {kubernetes.io/hostname: %s}\n".formatted(other.name());
        machines.create("leaves", there);
        machines.awaitReady("leaves", "Running");

        // when
        othersAgent.diesAt(
                List.of("before PinCpus", "after Act", "after PinCpus"),
                () -> machines.create("owns", there + "  cpu: {dedicatedCpuPlacement: true}\n"));

        // then
        machines.awaitReady("owns", "Running");
        Awaitility.await("the other CPUs")
                .atMost(Duration.ofSeconds(30))
                .until(() -> machines.testbed
                        .virsh(other, "vcpupin", machines.domain("leaves"), "0")
                        .orFail()
                        .endsWith(" 0"));
        assertBoots("leaves", 1);
        assertBoots("owns", 1);
    }

    private static void awaitGiven(String name) {
        machines.await(
                name,
                "given all",
                m -> Machines.isObserved(m)
                        && Machines.status(m).pendingChanges().isEmpty());
        machines.awaitReady(name, "Running");
    }

    /** It is recorded before it is done: what comes between is a reset that is lost, never a second one. */
    @Test
    void resetIsDoneOnceAtTheMost() {
        // given
        create("resets", "");
        machines.awaitReady("resets", "Running");

        // when
        agent.diesAt(around(Step.Reset.class), () -> request("resets", "reset"));
        awaitHandled("resets");
        machines.type("resets", "touch /tmp/note");
        agent.diesAt(List.of("after Define"), () -> request("resets", "reset"));
        awaitHandled("resets");

        // then
        machines.type("resets", "ls /tmp/note");
        assertBoots("resets", 1);
    }

    @Test
    void hibernatedMachineGoesOnWithItsClockAndGetsItsNameBack() {
        // given
        create("sleeps", "  runStrategy: RerunOnFailure\n  stopMode: Hard\n");
        machines.awaitReady("sleeps", "Running");
        var offset = machines.setClock("sleeps", "2035-01-01 00:00:00");
        machines.type("sleeps", "echo remembered > /tmp/note");

        // when
        agent.diesAt(around(Step.ManagedSave.class), () -> request("sleeps", "hibernate"));

        // then
        machines.awaitReady("sleeps", "Hibernated");
        request("sleeps", "start");
        machines.awaitReady("sleeps", "Running");
        assertThat(machines.type("sleeps", "cat /tmp/note")).contains("remembered");
        assertThat(machines.qemuOffset("sleeps")).isCloseTo(offset, CLOCK);
        machines.patchSpec("sleeps", "{\"runStrategy\":\"Halted\"}");
        machines.awaitReady("sleeps", "Stopped");

        // when
        agent.diesAt(List.of("before Rename", "after Act"), () -> rename("sleeps", "mine-now"));
        awaitName("sleeps");
        agent.diesAt(List.of("after Rename"), () -> rename("sleeps", "mine-again"));
        awaitName("sleeps");

        // then
        machines.patchSpec("sleeps", "{\"runStrategy\":\"Always\"}");
        machines.awaitReady("sleeps", "Running");
        assertThat(machines.qemuOffset("sleeps")).isCloseTo(offset, CLOCK);
        assertBoots("sleeps", 3);
    }

    /**
     * libvirt takes ten seconds to kill a hypervisor process that does not listen. The next agent finds the domain
     * locked meanwhile: no second step of the kind is told.
     */
    @ParameterizedTest
    @ValueSource(strings = {"before InFlight", "after InFlight"})
    void stepThatLastsEndsWithoutTheAgent(String point) {
        // given
        var name = point.replace(' ', '-').toLowerCase(Locale.ROOT);
        create(name, "");
        var uid = machines.awaitReady(name, "Running").getMetadata().getUid();
        Testbed.run(List.of("pkill", "-STOP", "-f", "qemu.*-uuid " + uid)).orFail();

        // when
        agent.diesAt(
                List.of(point), () -> machines.patchSpec(name, "{\"runStrategy\":\"Halted\",\"stopMode\":\"Hard\"}"));

        // then
        machines.awaitReady(name, "Stopped");
        assertBoots(name, 1);
    }

    @Test
    void stoppedMachineMovesWithItsClockAndThenGoesWhole() {
        // given
        create("moves", "  stopMode: Hard\n");
        var uid = machines.awaitReady("moves", "Running").getMetadata().getUid();
        var offset = machines.setClock("moves", "2032-01-01 00:00:00");
        machines.patchSpec("moves", "{\"runStrategy\":\"Halted\"}");
        machines.awaitReady("moves", "Stopped");

        // when
        agent.diesAt(
                around(Step.HandOver.class, Step.Undefine.class, Step.Release.class),
                () -> machines.patchSpec(
                        "moves",
                        "{\"runStrategy\":\"Always\",\"nodeSelector\":{\"kubernetes.io/hostname\":\"%s\"}}"
                                .formatted(other.name())));

        // then
        machines.await(
                "moves",
                "on " + other.name(),
                m -> other.name().equals(Machines.status(m).nodeName()));
        machines.awaitReady("moves", "Running");
        assertThat(machines.qemuOffset("moves")).isCloseTo(offset, CLOCK);
        assertBoots("moves", 2);
        othersAgent.diesAt(around(Step.Undefine.class, Step.Release.class), () -> machines.delete("moves"));
        machines.awaitGone("moves");
        assertThat(machines.testbed.nodes())
                .allSatisfy(node -> assertThat(machines.testbed
                                .virsh(node, "list", "--all", "--name")
                                .orFail())
                        .doesNotContain(machines.domain("moves")));
        assertThat(machines.observed(uid).path("boots").asInt()).isEqualTo(2);
    }

    @Test
    void diskIsMadeGrownTwiceAndRemovedWithWhatTheGuestWrote() {
        // when
        agent.diesAt(
                around(Step.MakeDisk.class),
                () -> create("disk", "  stopMode: Hard\n  disks: [{name: data, blank: {}, size: 8Mi}]\n"));
        var uid = machines.awaitReady("disk", "Running").getMetadata().getUid();
        machines.type("disk", "echo written > /dev/vda && sync");
        agent.diesAt(around(Step.ResizeDisk.class), () -> machines.patchSpec("disk", grownTo("16Mi")));

        // then
        Awaitility.await("the guest to see its disk grown")
                .atMost(Duration.ofMinutes(1))
                .until(() -> machines.type("disk", "cat /sys/block/vda/size"), said -> said.contains("32768"));
        machines.awaitCondition("disk", "RestartRequired", "UpToDate");
        assertBoots("disk", 1);

        // when
        machines.patchSpec("disk", "{\"runStrategy\":\"Halted\"}");
        machines.awaitReady("disk", "Stopped");
        machines.patchSpec("disk", grownTo("24Mi"));
        agent.diesAt(around(Step.GrowDisk.class), () -> machines.patchSpec("disk", "{\"runStrategy\":\"Always\"}"));
        machines.awaitReady("disk", "Running");

        // then
        assertThat(machines.type("disk", "head -n 1 /dev/vda; cat /sys/block/vda/size"))
                .contains("written", "49152");
        assertBoots("disk", 2);

        // when
        var files = Path.of(home.stateDirectory(), "machines", uid);
        assertThat(files).isNotEmptyDirectory();
        agent.diesAt(around(Step.RemoveFiles.class), () -> machines.delete("disk"));

        // then
        machines.awaitGone("disk");
        assertThat(files).doesNotExist();
    }

    @Test
    void claimsFileIsMadeAndGrownWithWhatTheGuestWrote() {
        // given
        claims.directory("claim");
        claims.volume("claim", "64Mi", "hostPath: {path: %s}".formatted(claims.inside("claim")), "Filesystem");
        claims.claim("claim", "64Mi", "Filesystem");

        // when
        agent.diesAt(around(Step.SizeClaim.class), () -> create("claim", """
                          stopMode: Hard
                          disks: [{name: data, size: 8Mi, persistentVolumeClaim: {claimName: claim}}]
                        """));
        machines.awaitReady("claim", "Running");
        machines.type("claim", "echo written > /dev/vda && sync");
        machines.patchSpec("claim", "{\"runStrategy\":\"Halted\"}");
        machines.awaitReady("claim", "Stopped");
        agent.diesAt(around(Step.SizeClaim.class), () -> machines.patchSpec("claim", """
                        {"runStrategy": "Always", "disks": [
                        {"name": "data", "size": "16Mi", "persistentVolumeClaim": {"claimName": "claim"}}]}"""));
        machines.awaitReady("claim", "Running");

        // then
        assertThat(machines.type("claim", "head -n 1 /dev/vda; cat /sys/block/vda/size"))
                .contains("written", "32768");
        assertBoots("claim", 2);
        machines.delete("claim");
        machines.awaitGone("claim");
        assertThat(claims.outside("claim").resolve("disk.img")).hasSize(16 << 20);
    }

    @Test
    void networkIsMadeOnceAndKeepsOneAddressForTheMachine() {
        // given
        machines.createFrom("""
                apiVersion: meridian.dev/v1alpha1
                kind: HypervisorPolicy
                metadata: {name: %1$s}
                spec: {subnets: [{cidr: 10.72.0.0/24, namespaces: {names: [%1$s]}}]}
                ---
                apiVersion: meridian.dev/v1alpha1
                kind: VirtualMachineNetwork
                metadata: {name: lan, namespace: %1$s}
                spec: {isolated: {cidr: 10.72.0.0/24}}
                """.formatted(machines.namespace));
        var network = "meridian-"
                + machines.client
                        .resources(VirtualMachineNetwork.class)
                        .inNamespace(machines.namespace)
                        .withName("lan")
                        .get()
                        .getMetadata()
                        .getUid();

        // when
        agent.diesAt(around(Step.MakeNetwork.class, Step.GiveAddress.class), () -> create("nic", """
                          stopMode: Hard
                          interfaces: [{name: nic, network: {name: lan}, ipAddress: 10.72.0.10}]
                        """));

        // then
        machines.awaitReady("nic", "Running");
        machines.await(
                "nic",
                "told its address",
                vm -> Machines.status(vm).interfaces().stream()
                        .anyMatch(nic -> nic.addresses().equals(List.of("10.72.0.10"))));
        assertBoots("nic", 1);
        assertThat(machines.testbed.virsh(home, "net-dumpxml", network).orFail())
                .containsOnlyOnce("<host ")
                .containsOnlyOnce("ip='10.72.0.10'");
        machines.delete("nic");
        machines.awaitGone("nic");
    }

    @Test
    void cpuIsPluggedOnce() {
        // given
        create("cpus", "  stopMode: Hard\n  cpu: {sockets: 1, maxSockets: 3}\n");
        machines.awaitReady("cpus", "Running");

        // when
        agent.diesAt(around(Step.PlugCpus.class), () -> machines.patchSpec("cpus", "{\"cpu\":{\"sockets\":2}}"));

        // then
        Awaitility.await("the guest to have its second CPU")
                .atMost(Duration.ofMinutes(1))
                .until(
                        () -> machines.type("cpus", "echo cpus $(cat /sys/devices/system/cpu/present)."),
                        said -> said.contains("cpus 0-1."));
        machines.awaitCondition("cpus", "RestartRequired", "UpToDate");
        machines.awaitCondition("cpus", "Drifted", "AsDefined");
        assertThat(machines.inactiveXml(home, "cpus")).contains("current='2'>3<");
        assertBoots("cpus", 1);
    }

    @Test
    void diskThatOutlivesItsMachineIsInOnePlaceWhateverComesBetween() {
        // given
        agent.diesAt(around(Step.MakeDisk.class, Step.MarkDisks.class), () -> create("keeps", """
                          stopMode: Hard
                          disks:
                          - {name: data, blank: {}, size: 2Mi, reclaimPolicy: Retain}
                          - {name: scratch, blank: {}, size: 2Mi}
                        """));
        var uid = machines.awaitReady("keeps", "Running").getMetadata().getUid();
        machines.type("keeps", "echo kept > /dev/vda && sync");

        // when
        agent.diesAt(List.of("before RemoveFiles", "after Act", "after RemoveFiles"), () -> machines.delete("keeps"));
        machines.awaitGone("keeps");
        var disk = retained(uid);
        agent.diesAt(
                around(Step.AdoptDisk.class, Step.GrowDisk.class),
                () -> create(
                        "takes",
                        "  stopMode: Hard\n  disks: [{name: one, retained: {name: %s}, size: 4Mi}]\n".formatted(disk)));

        // then
        machines.awaitReady("takes", "Running");
        assertThat(machines.type("takes", "head -n 1 /dev/vda; cat /sys/block/vda/size"))
                .contains("kept\n8192");
        assertBoots("takes", 1);
    }

    /** The name of the one disk that the machine left. */
    private static String retained(String uid) {
        return Awaitility.await("the retained disk")
                .atMost(Duration.ofMinutes(2))
                .until(
                        () -> Objects.requireNonNull(machines.client
                                        .resources(Hypervisor.class)
                                        .withName(home.name())
                                        .get()
                                        .getStatus())
                                .retainedDisks()
                                .stream()
                                .filter(disk -> uid.equals(disk.uid()))
                                .toList(),
                        disks -> disks.size() == 1)
                .getFirst()
                .name();
    }

    @Test
    void guestThatLostItsGuardIsHeldByTheNext() {
        // given
        try (var guards = Guards.enabled(machines.testbed)) {
            create("held", "  stopMode: Hard\n" + Guards.GUARDED);
            var uid = machines.awaitReady("held", "Running").getMetadata().getUid();
            var before = Guards.holding(uid).orElseThrow();

            // when
            agent.diesAt(around(Step.Guard.class), guards::exchange);

            // then
            Guards.awaitHeldByAnother(uid, before);
            machines.awaitReady("held", "Running");
            assertBoots("held", 1);
            machines.delete("held");
            machines.awaitGone("held");
        }
    }

    /** It is a note: one that is lost changes nothing, one that was written is not written again. */
    @Test
    void eventIsWrittenOnceAtTheMost() {
        // given
        create("told", "  stopMode: Hard\n");
        machines.awaitReady("told", "Running");
        machines.awaitEvent("told", "Started"); // it follows the status, and would be what is lost

        // when
        agent.diesAt(List.of("before Event"), () -> machines.patchSpec("told", "{\"runStrategy\":\"Halted\"}"));
        machines.awaitReady("told", "Stopped");
        agent.diesAt(List.of("after Event"), () -> machines.patchSpec("told", "{\"runStrategy\":\"Always\"}"));
        machines.awaitReady("told", "Running");

        // then
        assertThat(events("told")).containsExactlyInAnyOrder("Started", "Started");
        assertBoots("told", 2);
    }

    /** A new step fails here until a machine's life above leads to it. */
    @Test
    @Order(Integer.MAX_VALUE)
    void agentHasDiedAtEveryStep() {
        // given
        var every = around(ArmedProcess.permitted(Step.class));

        // when
        Set<String> died = new TreeSet<>(agent.points());
        died.addAll(othersAgent.points());

        // then
        assertThat(died).containsAll(every);
    }

    private static void create(String name, String more) {
        machines.createFrom(machines.manifest(
                name, "  nodeSelector: {kubernetes.io/hostname: %s}\n".formatted(home.name()) + more));
    }

    private static String grownTo(String size) {
        return "{\"disks\":[{\"name\":\"data\",\"blank\":{},\"size\":\"%s\"}]}".formatted(size);
    }

    private static void request(String name, String verb) {
        machines.patchSpec(name, "{\"power\":{\"%sRequestedAt\":\"%s\"}}".formatted(verb, Instant.now()));
    }

    private static void awaitHandled(String name) {
        machines.await(name, "done as its verbs say", m -> {
            var power = Machines.status(m).power();
            return power != null && Objects.equals(power.handled(), m.getSpec().power());
        });
    }

    private static void rename(String name, String other) {
        machines.testbed.virsh(home, "domrename", machines.domain(name), other).orFail();
    }

    private static void awaitName(String name) {
        Awaitility.await("the name of " + name)
                .atMost(Duration.ofSeconds(30))
                .until(() -> List.of(machines.testbed
                                .virsh(home, "list", "--all", "--name")
                                .orFail()
                                .split("\\s+", -1))
                        .contains(machines.domain(name)));
        machines.awaitReady(name, "Stopped");
    }

    private static void assertBoots(String name, int boots) {
        var observed = machines.observed(machines.get(name).getMetadata().getUid());
        assertThat(observed.path("boots").asInt()).as("boots of " + name).isEqualTo(boots);
        assertThat(observed.path("maxCopies").asInt()).as("copies of " + name).isEqualTo(1);
    }

    private static List<String> events(String name) {
        return machines.client.events().v1().events().inNamespace(machines.namespace).list().getItems().stream()
                .filter(event -> event.getRegarding().getName().equals(name))
                .map(event -> event.getReason())
                .toList();
    }
}
