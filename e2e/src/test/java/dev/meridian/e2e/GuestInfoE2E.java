package dev.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.meridian.api.v1alpha1.GuestFilesystem;
import dev.meridian.api.v1alpha1.GuestStatus;
import dev.meridian.api.v1alpha1.InterfaceStatus;
import dev.meridian.api.v1alpha1.VirtualMachine;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a guest tells of itself by a real guest agent, and how it is stopped by it. */
class GuestInfoE2E {
    private static final String NIC = "  interfaces: [{name: lan}]\n";
    /** Far less than the grace period: the guest heard the first or second question. */
    private static final Duration SOON = Duration.ofSeconds(40);

    private static Machines machines;

    @BeforeAll
    static void open() {
        machines = new Machines(Testbed.open(), "guestinfo");
    }

    @AfterAll
    static void close() {
        machines.close();
    }

    @Test
    void guestTellsOfItselfAndOfAddressesThatNobodyLeased() {
        // given
        create("tells", NIC);
        var leased = awaitGuest("tells", vm -> !addresses(vm).isEmpty());

        // when
        machines.type(
                "tells", "hostname renamed; ip addr add 2001:db8::7/64 dev eth0; ip addr add 10.9.9.9/24 dev eth0");

        // then
        var vm = awaitGuest("tells", m -> addresses(m).contains("2001:db8::7"));
        var guest = guest(vm).orElseThrow();
        assertThat(addresses(vm))
                .contains("10.9.9.9", addresses(leased).getFirst())
                .doesNotContain("127.0.0.1");
        assertThat(addresses(vm)).noneMatch(address -> address.startsWith("fe80"));
        assertThat(card(vm).guestName()).isEqualTo("eth0");
        assertThat(guest.agentVersion()).isNotBlank();
        assertThat(Objects.requireNonNull(guest.os()).kernel())
                .isEqualTo(machines.type("tells", "uname -r").strip());
        awaitGuest(
                "tells",
                m -> guest(m).map(GuestStatus::hostname)
                        .filter("renamed"::equals)
                        .isPresent());
    }

    @Test
    @Tag("long")
    void idleGuestCostsNoWrites() {
        // given
        create("idle", NIC + """
                  readinessProbe: {exec: {command: [/bin/true]}, periodSeconds: 1}
                  livenessProbe: {guestAgentPing: {}, periodSeconds: 1, initialDelaySeconds: 60}
                """);
        awaitGuest("idle", vm -> !addresses(vm).isEmpty());
        machines.awaitCondition("idle", "GuestReady", "ProbeSucceeded");
        AuditLog.awaitQuiet(machines.testbed);
        var since = Instant.now();

        // when
        FaultedCluster.lasts(60_000);

        // then
        var audit = AuditLog.since(machines.testbed, since);
        assertThat(audit.ours()).as(audit.writesTo()).isZero();
    }

    @Test
    void guestThatIgnoresItsPowerButtonIsStoppedByItsAgent() {
        // given
        create("deaf", "");
        machines.awaitCondition("deaf", "AgentConnected", "Connected");
        machines.type("deaf", "killall acpid");

        // when
        var took = halt("deaf");

        // then
        Figures.report("guest-agent-stop-seconds", took.toMillis() / 1000.0);
        assertThat(took).isLessThan(SOON);
    }

    @Test
    void guestWhoseAgentIsSilentIsStoppedByItsPowerButton() {
        // given
        create("silent", "");
        machines.awaitCondition("silent", "AgentConnected", "Connected");
        machines.type("silent", "killall -STOP qemu-ga");

        // when
        var took = halt("silent");

        // then
        Figures.report("silent-guest-agent-stop-seconds", took.toMillis() / 1000.0);
        assertThat(took).isLessThan(SOON);
    }

    @Test
    void whatTheGuestToldGoesWithItsAgent() {
        // given
        create("leaves", NIC);
        awaitGuest("leaves", vm -> !addresses(vm).isEmpty());

        // when
        // init may end it by itself as it reads that it is not wanted any more.
        machines.type("leaves", "sed -i 's/respawn/off/' /etc/inittab; kill -HUP 1; killall -9 qemu-ga || true");

        // then
        // The network is asked for its leases now and then only.
        var vm = machines.await(
                "leaves",
                "told of by its lease alone",
                m -> guest(m).isEmpty() && addresses(m).size() == 1);
        assertThat(card(vm).guestName()).isNull();
    }

    @Test
    void sampleIsAppliedAndTells() {
        // when
        machines.testbed
                .kubectl(
                        "-n",
                        machines.namespace,
                        "apply",
                        "-f",
                        machines.testbed.repository() + "/deploy/samples/guest-agent.yaml")
                .orFail();

        // then
        awaitGuest("sample", vm -> !addresses(vm).isEmpty());
    }

    @Test
    void keysOfASecretComeAndGoWhileTheGuestRuns() {
        // given
        var name = machines.applySample("access-credentials.yaml");
        machines.awaitCondition(name, "AccessCredentialsSynchronized", "Synchronized");
        assertThat(keys(name)).contains("ann@shop managed-by-meridian");
        machines.type(name, "echo ssh-ed25519 OWN of-the-guest >> /.ssh/authorized_keys");

        // when one of the users is none of the guest's
        machines.patchSpec(name, """
                {"accessCredentials": [{"name": "operators", "sshPublicKey": {
                "source": {"secret": {"secretName": "operators"}},
                "propagationMethod": {"qemuGuestAgent": {"users": ["nobody-here", "root"]}}}}]}""");

        // then
        assertThat(machines.awaitCondition(name, "AccessCredentialsSynchronized", "SynchronizationFailed")
                        .message())
                .contains("user nobody-here");

        // when
        machines.testbed
                .kubectl("-n", machines.namespace, "patch", "secret", "operators", "-p", """
                        {"stringData": {"ann": "ssh-ed25519 BBBB ann-anew", "bob": "swordfish"}}""")
                .orFail();

        // then kubelet brings it
        Awaitility.await("the guest to have the other key")
                .atMost(Duration.ofMinutes(4))
                .pollInterval(Duration.ofSeconds(2))
                .until(() -> keys(name).contains("BBBB ann-anew managed-by-meridian"));
        assertThat(keys(name)).contains("OWN of-the-guest").doesNotContain("ann@shop", "swordfish");
        machines.patchSpec(name, """
                {"accessCredentials": [{"name": "operators", "sshPublicKey": {
                "source": {"secret": {"secretName": "operators"}},
                "propagationMethod": {"qemuGuestAgent": {"users": ["root"]}}}}]}""");
        assertThat(machines.awaitCondition(name, "AccessCredentialsSynchronized", "SecretUnusable")
                        .message())
                .contains("Secret operators: key bob")
                .doesNotContain("swordfish");
        assertThat(Objects.toString(machines.get(name))).doesNotContain("BBBB");

        // when its agent may write the file and not read it: a key that it does not tell of may not be called revoked
        machines.type(
                name,
                "mkdir -p /etc/qemu; (echo '[general]'; echo block-rpcs=guest-ssh-get-authorized-keys)"
                        + " > /etc/qemu/qemu-ga.conf; killall -9 qemu-ga");

        // then
        assertThat(machines.awaitCondition(name, "AccessCredentialsSynchronized", "SynchronizationFailed")
                        .message())
                .contains("user root", "guest-ssh-get-authorized-keys");
        machines.delete(name);
    }

    private static String keys(String name) {
        return machines.type(name, "cat /.ssh/authorized_keys");
    }

    @Test
    @Tag("long")
    void distributionTellsItsSystemAndFileSystemsAndPowersOff() {
        // given
        var testbed = machines.testbed;
        testbed.verb("distribution").orFail();
        var node = testbed.nodes().getFirst();
        var disk = testbed.distributionDisk(node, machines.namespace + ".qcow2");
        machines.openTo(
                machines.namespace,
                Objects.requireNonNull(Path.of(disk).getParent()).toString());
        try {
            // when
            machines.createFrom(distribution(node, disk));

            // then
            Awaitility.await("the distribution to tell of itself")
                    .atMost(Duration.ofMinutes(5))
                    .pollInterval(Duration.ofSeconds(1))
                    .until(() -> Optional.ofNullable(machines.get("debian").getStatus())
                            .filter(status -> status.guest() != null
                                    && addresses(machines.get("debian")).size() > 0)
                            .isPresent());
            var vm = machines.get("debian");
            var guest = guest(vm).orElseThrow();
            Figures.note("guest info of a distribution: %s, %s", guest, addresses(vm));
            assertThat(guest.hostname()).isEqualTo("guest");
            assertThat(Objects.requireNonNull(guest.os()).id()).isEqualTo("debian");
            assertThat(guest.os().version()).isEqualTo("12");
            assertThat(guest.filesystems())
                    .extracting(GuestFilesystem::mountPoint, GuestFilesystem::type)
                    .contains(tuple("/", "ext4"));
            assertThat(guest.filesystems().getFirst().usedBytes()).isPositive();
            var took = halt("debian");
            Figures.report("distribution-stop-seconds", took.toMillis() / 1000.0);
            assertThat(Objects.requireNonNull(
                                    Machines.status(machines.get("debian")).power())
                            .lastStop())
                    .isNotNull();
        } finally {
            machines.delete("debian");
            machines.awaitGone("debian");
            testbed.kubectl("delete", "hypervisorpolicy", machines.namespace).orFail();
        }
    }

    private static String distribution(Testbed.Node node, String disk) {
        var guest = machines.testbed.distribution();
        return """
                apiVersion: meridian.dev/v1alpha1
                kind: VirtualMachine
                metadata: {name: debian, namespace: %s}
                spec:
                  nodeSelector: {kubernetes.io/hostname: %s}
                  cpu: {cores: 2}
                  memory: {guest: 768Mi}
                  firmware:
                    kernelBoot:
                      kernel: {hostPath: {path: %s}}
                      initrd: {hostPath: {path: %s}}
                      arguments: %s
                  disks:
                  - {name: root, hostPath: {path: %s, format: qcow2}}
                  interfaces:
                  - {name: lan}
                """.formatted(machines.namespace, node.name(), guest.kernel(), guest.initrd(), guest.arguments(), disk);
    }

    private static Duration halt(String name) {
        var asked = Instant.now();
        machines.patchSpec(name, "{\"runStrategy\":\"Halted\"}");
        machines.awaitReady(name, "Stopped");
        return Duration.between(asked, Instant.now());
    }

    private static void create(String name, String more) {
        machines.createFrom(machines.manifest(name, more)
                .replace(
                        machines.testbed.guest().initramfs(),
                        machines.testbed.guest().agentInitramfs()));
    }

    private static VirtualMachine awaitGuest(String name, Predicate<VirtualMachine> predicate) {
        return machines.await(name, "told of by its guest", m -> guest(m).isPresent() && predicate.test(m));
    }

    private static Optional<GuestStatus> guest(VirtualMachine vm) {
        return Optional.ofNullable(Machines.status(vm).guest());
    }

    private static InterfaceStatus card(VirtualMachine vm) {
        return Machines.status(vm).interfaces().getFirst();
    }

    private static List<String> addresses(VirtualMachine vm) {
        return Machines.status(vm).interfaces().stream()
                .flatMap(nic -> nic.addresses().stream())
                .toList();
    }
}
