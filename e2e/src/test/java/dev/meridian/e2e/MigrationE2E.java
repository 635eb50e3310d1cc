package dev.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.ConditionStatus;
import dev.meridian.api.v1alpha1.Hypervisor;
import dev.meridian.api.v1alpha1.MigrationPhase;
import dev.meridian.api.v1alpha1.VirtualMachine;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Machines that go to another node as they run. That none of them ever runs twice, the observer sees. */
class MigrationE2E {
    /** Of what libvirt and QEMU round, and of the time between two questions. */
    private static final Offset<Long> CLOCK = Offset.offset(3L);

    private Machines machines;
    private LiveMigrations migrations;

    @BeforeEach
    void open() {
        machines = new Machines(Testbed.open(), "migration");
        migrations = new LiveMigrations(machines);
    }

    @AfterEach
    void close() {
        machines.close();
        machines.testbed
                .kubectl("delete", "hypervisorpolicy", machines.namespace, "--ignore-not-found")
                .orFail();
    }

    @Test
    void machineGoesToAnotherNodeAndBackAsItRunsAndKeepsItsClock() {
        // given
        machines.create("nomad", "  interfaces: [{name: lan}]\n");
        var before = machines.awaitReady("nomad", "Running");
        var home = machines.nodeOf("nomad");
        var clock = machines.setClock("nomad", "2034-01-01 00:00:00");
        machines.type("nomad", "echo kept > /tmp/kept");

        for (var move = 1; move <= 2; move++) {
            var from = machines.nodeOf("nomad");

            // when
            migrations.create("nomad-" + move, "nomad", "");
            var migration = migrations.awaitEnd("nomad-" + move);

            // then
            LiveMigrations.assertSucceeded(migration);
            var after = machines.awaitReady("nomad", "Running");
            assertThat(machines.nodeOf("nomad").name())
                    .isNotEqualTo(from.name())
                    .isEqualTo(migration.targetNodeName());
            assertThat(startedAt(after)).isEqualTo(startedAt(before));
            assertThat(machines.type("nomad", "cat /tmp/kept")).contains("kept");
            assertThat(Machines.offset(after)).isCloseTo(clock, CLOCK);
            assertThat(machines.qemuOffset("nomad")).isCloseTo(clock, CLOCK);
            assertThat(machines.testbed
                            .virsh(from, "domstate", machines.domain("nomad"))
                            .status())
                    .as("the domain that it has left is undefined")
                    .isNotZero();
        }
        assertThat(machines.nodeOf("nomad").name()).isEqualTo(home.name());
        assertBoots(before, 1);
        machines.patchSpec("nomad", "{\"runStrategy\":\"Halted\",\"stopMode\":\"Hard\"}");
        machines.awaitReady("nomad", "Stopped");
        machines.patchSpec("nomad", "{\"runStrategy\":\"Always\"}");
        assertThat(Machines.offset(machines.awaitReady("nomad", "Running"))).isCloseTo(clock, CLOCK);
        assertThat(machines.qemuOffset("nomad")).isCloseTo(clock, CLOCK);
    }

    /** libvirt at the target says what the clock was before. */
    @Test
    void clockThatIsSetWhileTheMemoryIsCopiedGoesAlong() {
        // given
        machines.create("turned", "");
        machines.awaitReady("turned", "Running");
        machines.type("turned", "true");
        migrations.create("turned-1", "turned", "  bandwidth: 8Mi\n");
        migrations.await("turned-1", "seen", status -> status.progress() != null);

        // when
        machines.type("turned", "date -s '2034-01-01 00:00:00' && hwclock -w");
        var migration = migrations.await("turned-1", "read", status -> status.phase() != MigrationPhase.Pending);

        // then
        assertThat(migration.phase()).as("it was set on the way").isEqualTo(MigrationPhase.Running);
        LiveMigrations.assertSucceeded(migrations.awaitEnd("turned-1"));
        var after = machines.awaitReady("turned", "Running");
        assertThat(Machines.offset(after)).isGreaterThan(100_000_000);
        assertThat(machines.qemuOffset("turned")).isCloseTo(Machines.offset(after), CLOCK);
        var node = machines.nodeOf("turned");
        machines.testbed.verb("agent", "stop", node.name()).orFail();
        machines.testbed.verb("agent", "start", node.name()).orFail();
        machines.type("turned", "touch /tmp/on");
        assertThat(Machines.offset(machines.awaitReady("turned", "Running")))
                .as("another agent does not believe libvirt either")
                .isCloseTo(machines.qemuOffset("turned"), CLOCK);
    }

    @Test
    void quotaWithoutRoomForASecondReservationIsSaidBeforehand() {
        // given
        machines.create("tight", "");
        machines.awaitReady("tight", "Running");
        machines.awaitCondition("tight", "LiveMigratable", "Migratable");

        // when
        machines.quota(1);

        // then
        assertThat(machines.awaitCondition("tight", "LiveMigratable", "QuotaExceeded")
                        .message())
                .contains("ResourceQuota \"pods\" has used pods 1 of 1");
        migrations.create("tight-1", "tight", "");
        migrations.await(
                "tight-1",
                "told why it waits",
                status -> status.startedAt() != null
                        && LiveMigrations.message(status).contains("exceeded quota"));

        // when
        machines.quota(2);

        // then
        LiveMigrations.assertSucceeded(migrations.awaitEnd("tight-1"));
        machines.awaitCondition("tight", "LiveMigratable", "Migratable");
        machines.quota(1);
        machines.awaitCondition("tight", "LiveMigratable", "QuotaExceeded");
    }

    /** As slowly as is allowed, so that there is time to do something about it. */
    @Test
    void whatHappensToAMachineOnItsWayLeavesItWhereItWas() {
        // given
        machines.create("slow", "");
        var before = machines.awaitReady("slow", "Running");
        var home = machines.nodeOf("slow");
        migrations.create("slow-1", "slow", "  bandwidth: 1Mi\n");
        migrations.await("slow-1", "seen", status -> status.progress() != null);
        migrations.create("slow-2", "slow", "");
        assertThat(LiveMigrations.message(
                        migrations.await("slow-2", "waiting", s -> s.phase() == MigrationPhase.Pending)))
                .contains("slow-1");

        // when
        migrations.cancel("slow-1");

        // then
        assertThat(migrations.awaitEnd("slow-1").phase()).isEqualTo(MigrationPhase.Cancelled);
        LiveMigrations.assertSucceeded(migrations.awaitEnd("slow-2"));
        machines.awaitReady("slow", "Running");
        assertThat(machines.nodeOf("slow").name()).isNotEqualTo(home.name());

        // when
        migrations.create("slow-3", "slow", "  bandwidth: 1Mi\n");
        migrations.await("slow-3", "seen", status -> status.progress() != null);
        machines.patchSpec("slow", "{\"runStrategy\":\"Halted\",\"stopMode\":\"Hard\"}");

        // then
        machines.awaitReady("slow", "Stopped");
        assertThat(migrations.awaitEnd("slow-3").phase()).isEqualTo(MigrationPhase.Failed);
        assertBoots(before, 1);
    }

    /** The guest has no way to see that they are another node's. */
    @Test
    void givenFilesAreMadeAtTheOtherNodeAndGoFromTheOneThatWasLeft() {
        // given
        given("configmap", "settings", "app.yaml=listen: 8080");
        given("secret", "generic", "keys", "password=swordfish");
        machines.create("equipped", """
                  stopMode: Hard
                  cloudInit: {userData: "#cloud-config\\n{}"}
                  disks:
                  - {name: config, configMap: {name: settings}}
                  - {name: keys, secret: {secretName: keys}}
                """);
        var before = machines.awaitReady("equipped", "Running");
        var uid = before.getMetadata().getUid();
        var seen = sums("equipped", "/dev/vda /dev/vdb /dev/vdc");

        for (var move = 1; move <= 2; move++) {
            var from = machines.nodeOf("equipped");

            // when
            migrations.create("equipped-" + move, "equipped", "");
            LiveMigrations.assertSucceeded(migrations.awaitEnd("equipped-" + move));

            // then
            machines.awaitReady("equipped", "Running");
            assertThat(sums("equipped", "/dev/vda /dev/vdb /dev/vdc")).isEqualTo(seen);
            awaitNothingLeft(from, uid);
            assertThat(files(machines.nodeOf("equipped"), uid).list())
                    .containsExactlyInAnyOrder("config_files.iso", "keys_files.iso", "cloud-init.iso");
        }

        // when
        given("secret", "generic", "keys", "password=another");
        var home = machines.nodeOf("equipped");
        migrations.create("equipped-3", "equipped", "");

        // then
        migrations.assertFailed("equipped-3", "spec.disks[keys].secret: not what the guest was started with");
        machines.testbed.nodes().stream()
                .filter(node -> !node.equals(home))
                .forEach(node -> awaitNothingLeft(node, uid));
        assertThat(machines.nodeOf("equipped").name()).isEqualTo(home.name());
        assertThat(sums("equipped", "/dev/vda /dev/vdb /dev/vdc")).isEqualTo(seen);
        assertBoots(before, 1);
    }

    /** What the guest writes all the while it writes to its memory as well, where nobody copies it by blocks. */
    @Test
    void disksGoAlongWithWhatIsWrittenToThemMeanwhileAndNothingStays() throws IOException {
        // given
        layOutImage();
        machines.create("laden", """
                  stopMode: Hard
                  disks:
                  - {name: root, image: {name: base}, size: 16Mi}
                  - {name: data, blank: {}, size: 48Mi, reclaimPolicy: Retain}
                  - {name: media, device: Cdrom, bus: scsi, image: {name: base}}
                """);
        var before = machines.awaitReady("laden", "Running");
        var uid = before.getMetadata().getUid();
        machines.type(
                "laden",
                "dd if=/dev/urandom of=/tmp/random bs=1M count=24 2>/dev/null; cat /tmp/random > /dev/vdb; sync");
        var seen = sums("laden", "/dev/vdb");
        assertThat(machines.awaitCondition("laden", "LiveMigratable", "Migratable")
                        .status())
                .isEqualTo(ConditionStatus.True);

        for (var move = 1; move <= 2; move++) {
            var from = machines.nodeOf("laden");
            machines.type("laden", WRITER);

            // when
            migrations.create("laden-" + move, "laden", "  bandwidth: 16Mi\n");
            migrations.await(
                    "laden-" + move,
                    "seen",
                    status -> status.progress() != null && status.progress().dataRemaining() != null);
            LiveMigrations.assertSucceeded(migrations.awaitEnd("laden-" + move));

            // then
            machines.awaitReady("laden", "Running");
            assertThat(machines.nodeOf("laden").name()).isNotEqualTo(from.name());
            machines.type(
                    "laden",
                    "touch /tmp/stop; while [ ! -e /tmp/stopped ]; do sleep 0.1; done; rm /tmp/stop /tmp/stopped");
            assertThat(machines.type("laden", """
                    echo 3 > /proc/sys/vm/drop_caches; head -c 4194304 /dev/vda | cmp - /tmp/written && \
                    [ $(cat /tmp/count) -gt 20 ] && echo as-written""")).contains("as-written");
            assertThat(sums("laden", "/dev/vdb")).isEqualTo(seen);
            awaitNothingLeft(from, uid);
        }
        assertBoots(before, 1);

        // when
        var home = machines.nodeOf("laden");
        var there = other(home);
        migrations.create("laden-3", "laden", "  bandwidth: 1Mi\n");
        migrations.await("laden-3", "seen", status -> status.progress() != null);
        assertThat(files(there, uid)).exists();
        machines.testbed
                .kubectl("-n", machines.namespace, "delete", "vmm", "laden-3", "--wait=false")
                .orFail();

        // then
        awaitNothingLeft(there, uid);
        assertThat(sums("laden", "/dev/vdb")).isEqualTo(seen);

        // when
        machines.testbed
                .verb("node", "small", there.name(), "/var/lib/meridian/machines", "8M")
                .orFail();
        migrations.create("laden-4", "laden", "");

        // then
        migrations.assertFailed("laden-4", "No space left on device");
        machines.testbed
                .verb("node", "mend", there.name(), "/var/lib/meridian/machines")
                .orFail();
        assertThat(sums("laden", "/dev/vdb")).isEqualTo(seen);
        assertThat(machines.nodeOf("laden").name()).isEqualTo(home.name());

        // when
        machines.patchSpec("laden", "{\"runStrategy\":\"Halted\"}");
        machines.awaitReady("laden", "Stopped");
        machines.patchSpec("laden", "{\"runStrategy\":\"Always\"}");
        machines.awaitReady("laden", "Running");

        // then
        assertThat(sums("laden", "/dev/vdb")).isEqualTo(seen);
        machines.delete("laden");
        machines.awaitGone("laden");
        assertThat(files(home, uid)).doesNotExist();
        var retained = Path.of(home.stateDirectory(), "retained");
        try (var kept = Files.walk(retained)) {
            assertThat(kept.map(Path::toString))
                    .anyMatch(path -> path.contains(machines.namespace + "_") && path.endsWith("disk.qcow2"));
        }
        Testbed.run(List.of("sh", "-c", "rm -r %s/%s_*".formatted(retained, machines.namespace)))
                .orFail();
    }

    @Test
    void variablesOfTheUefiAndTheTpmGoAlongAndStayNowhere() {
        // given
        machines.createFrom(machines.manifest("sealed", "  stopMode: Hard\n  tpm: {}\n")
                .replace("128Mi", "256Mi")
                .replace("  firmware:\n", "  firmware:\n    bootloader: UEFI\n"));
        var before = machines.awaitReady("sealed", "Running");
        var uid = before.getMetadata().getUid();
        machines.type(
                "sealed",
                FirmwareE2E.VARIABLES + "printf '\\7\\0\\0\\0remembered' > %s; sync".formatted(FirmwareE2E.VARIABLE),
                FirmwareE2E.BOOT);
        var resets = FirmwareE2E.resets(machines, "sealed");
        machines.awaitCondition("sealed", "LiveMigratable", "Migratable");

        for (var move = 1; move <= 2; move++) {
            var from = machines.nodeOf("sealed");

            // when
            migrations.create("sealed-" + move, "sealed", "");
            LiveMigrations.assertSucceeded(migrations.awaitEnd("sealed-" + move));

            // then
            machines.awaitReady("sealed", "Running");
            assertThat(FirmwareE2E.resets(machines, "sealed")).isEqualTo(resets);
            awaitNothingLeft(from, uid);
        }
        var home = machines.nodeOf("sealed");
        var there = other(home);

        // when
        migrations.create("sealed-3", "sealed", "  bandwidth: 1Mi\n");
        migrations.await("sealed-3", "seen", status -> status.progress() != null);
        machines.testbed
                .kubectl("-n", machines.namespace, "delete", "vmm", "sealed-3", "--wait=false")
                .orFail();

        // then
        awaitNothingLeft(there, uid);
        assertThat(nvram(there, uid)).doesNotExist();
        assertThat(tpm(there, uid)).doesNotExist();
        assertBoots(before, 1);

        // when
        machines.patchSpec("sealed", "{\"runStrategy\":\"Halted\"}");
        machines.awaitReady("sealed", "Stopped");
        machines.patchSpec("sealed", "{\"runStrategy\":\"Always\"}");
        machines.awaitReady("sealed", "Running");

        // then
        assertThat(machines.type(
                        "sealed", FirmwareE2E.VARIABLES + "tail -c 10 " + FirmwareE2E.VARIABLE, FirmwareE2E.BOOT))
                .contains("remembered");
        assertThat(FirmwareE2E.resets(machines, "sealed")).isEqualTo(resets + 1);
        machines.delete("sealed");
        machines.awaitGone("sealed");
        assertThat(nvram(home, uid)).doesNotExist();
        assertThat(tpm(home, uid)).doesNotExist();
    }

    private static Path nvram(Testbed.Node node, String uid) {
        return Path.of(node.stateDirectory(), "nvram", uid + ".fd");
    }

    private static Path tpm(Testbed.Node node, String uid) {
        return Path.of(node.stateDirectory())
                .resolveSibling("libvirt/lib/swtpm")
                .resolve(uid);
    }

    /** Writes a block after another to the disk and to memory, and counts them, until it is told to stop. */
    private static final String WRITER = """
            cat /dev/vda | head -c 4194304 > /tmp/written; (i=0; while [ ! -e /tmp/stop ]; do \
            dd if=/dev/urandom of=/tmp/block bs=64k count=1 2>/dev/null; \
            dd if=/tmp/block of=/tmp/written bs=64k seek=$((i % 64)) conv=notrunc 2>/dev/null; \
            dd if=/tmp/block of=/dev/vda bs=64k seek=$((i % 64)) conv=notrunc 2>/dev/null; \
            sync; i=$((i + 1)); echo $i > /tmp/count; done; sync; touch /tmp/stopped) &""";

    private Testbed.Node other(Testbed.Node one) {
        return machines.testbed.nodes().stream()
                .filter(node -> !node.equals(one))
                .findFirst()
                .orElseThrow();
    }

    /** An image that each node has a copy of in a file that is opened to the namespace. */
    private void layOutImage() throws IOException {
        var content = new byte[8 << 20];
        new Random(17).nextBytes(content);
        for (var node : machines.testbed.nodes()) {
            var directory = Path.of(node.stateDirectory(), machines.namespace);
            Files.createDirectories(directory);
            Files.write(directory.resolve("base.img"), content);
        }
        machines.openTo(machines.namespace, "/var/lib/meridian/" + machines.namespace);
        machines.createFrom("""
                apiVersion: meridian.dev/v1alpha1
                kind: VirtualMachineImage
                metadata: {name: base, namespace: %1$s}
                spec: {format: raw, hostPath: {path: /var/lib/meridian/%1$s/base.img}}
                """.formatted(machines.namespace));
    }

    /** As kubectl makes it, in place of what was there. */
    private void given(String... what) {
        var literal = what[what.length - 1];
        var words = Stream.of(
                        Stream.of("-n", machines.namespace, "create"),
                        Stream.of(what).limit(what.length - 1),
                        Stream.of("--from-literal=" + literal, "--dry-run=client", "-o", "yaml"))
                .flatMap(all -> all)
                .toArray(String[]::new);
        machines.createFrom(machines.testbed.kubectl(words).orFail());
    }

    /** Of what the node's files hold, not of what the guest has read before. */
    private String sums(String name, String devices) {
        return machines.type(name, "echo 3 > /proc/sys/vm/drop_caches; md5sum " + devices);
    }

    private static File files(Testbed.Node node, String uid) {
        return Path.of(node.stateDirectory(), "machines", uid).toFile();
    }

    private static void awaitNothingLeft(Testbed.Node node, String uid) {
        Awaitility.await("nothing of the machine on node " + node.name())
                .atMost(Duration.ofSeconds(30))
                .until(() -> !files(node, uid).exists()
                        && Files.notExists(nvram(node, uid))
                        && Files.notExists(tpm(node, uid)));
    }

    /** libvirt keeps what it has asked of QEMU: the node is one whose QEMU emulates less. */
    @Test
    void nodeThatLacksAFeatureOfTheGuestsCpuGetsNoMachine() {
        // given
        machines.create("modern", "  cpu: {model: host-model}\n");
        machines.awaitReady("modern", "Running");
        var home = machines.nodeOf("modern").name();
        var other = machines.testbed.nodes().stream()
                .filter(node -> !node.name().equals(home))
                .findFirst()
                .orElseThrow();
        var kept = Path.of(other.stateDirectory()).resolveSibling("libvirt/cache/qemu/capabilities");
        restartLibvirt(
                other,
                "sed -i \"s/name='la57' type='boolean' value='true'/name='la57' type='boolean' value='false'/\" %s/*.xml"
                        .formatted(kept));
        try {
            // when
            migrations.create("to-less", "modern", "");

            // then
            migrations.assertFailed(
                    "to-less", "spec.cpu: node %s cannot give the guest its CPU".formatted(other.name()));
            migrations.assertFailed("to-less", "does not provide required features: la57");
            machines.type("modern", "true");

            // when it is the spec that names the feature
            machines.create("named", "  cpu: {model: qemu64, features: [{name: la57, policy: require}]}\n");
            machines.awaitReady("named", "Running");
            assertThat(machines.nodeOf("named").name()).isEqualTo(home);
            migrations.create("named-to-less", "named", "");

            // then
            migrations.await(
                    "named-to-less",
                    "refused",
                    status -> status.phase() != null
                            && !status.conditions().isEmpty()
                            && LiveMigrations.message(status).contains("spec.cpu.features[la57]: it cannot be had on"));
        } finally {
            restartLibvirt(other, "rm %s/*.xml".formatted(kept));
        }
        LiveMigrations.assertSucceeded(migrations.awaitEnd("named-to-less"));

        // when
        migrations.create("to-as-much", "modern", "");

        // then
        LiveMigrations.assertSucceeded(migrations.awaitEnd("to-as-much"));
    }

    private void restartLibvirt(Testbed.Node node, String meanwhile) {
        machines.testbed.verb("libvirtd", "stop", node.name()).orFail();
        Testbed.run(List.of("sh", "-euc", meanwhile)).orFail();
        machines.testbed.verb("libvirtd", "start", node.name()).orFail();
        Awaitility.await("the agent to have libvirt again")
                .atMost(Duration.ofMinutes(1))
                .until(
                        () -> machines
                                .client
                                .resources(Hypervisor.class)
                                .withName(node.name())
                                .get()
                                .getStatus()
                                .conditions()
                                .stream()
                                .anyMatch(condition -> condition.type().equals("MigrationReady")
                                        && condition.status() == ConditionStatus.True));
    }

    @Test
    void migrationThatCannotBeIsToldSo() {
        // given
        machines.create("here", "");
        machines.create("bound", """
                  cpu: {dedicatedCpuPlacement: true}
                  runStrategy: Halted
                """);
        machines.awaitReady("here", "Running");
        machines.awaitCondition("bound", "Scheduled", "NotNeeded");

        // when
        migrations.create("of-nothing", "nobody", "");
        migrations.create(
                "to-itself",
                "here",
                "  targetNodeName: %s\n".formatted(machines.nodeOf("here").name()));
        migrations.create("of-a-stopped-one", "bound", "");
        migrations.create("to-nowhere", "here", "  targetNodeName: nowhere\n  timeoutSeconds: 10\n");

        // then
        migrations.assertFailed("of-nothing", "spec.virtualMachineName: there is no machine \"nobody\"");
        migrations.assertFailed("to-itself", "already");
        migrations.assertFailed("of-a-stopped-one", "does not run");
        migrations.assertFailed("to-nowhere", "spec.timeoutSeconds: 10 are over");
        machines.awaitReady("here", "Running");
        assertThat(machines.awaitCondition("here", "LiveMigratable", "Migratable")
                        .message())
                .isNotEmpty();
    }

    @Test
    void migrationsInWhichSomethingDiesLeaveOneGuest() {
        // when
        var verdict = MigrationFaults.run(machines.testbed, Long.getLong("migration.faults.seed", 7), 3);

        // then
        assertThat(verdict.doubled()).as("doubled").isZero();
        assertThat(verdict.lost()).as("lost").isZero();
    }

    private void assertBoots(VirtualMachine vm, int boots) {
        var observed = machines.observed(vm.getMetadata().getUid());
        assertThat(observed.path("boots").asInt()).isEqualTo(boots);
    }

    private static @Nullable String startedAt(VirtualMachine vm) {
        return Objects.requireNonNull(Machines.status(vm).power()).startedAt();
    }
}
