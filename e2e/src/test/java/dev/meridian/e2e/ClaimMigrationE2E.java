package dev.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.MigrationPhase;
import dev.meridian.api.v1alpha1.VirtualMachine;
import dev.meridian.api.v1alpha1.VirtualMachineMigrationStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Machines that go to another node as they run, with disks in claims that both nodes have. */
class ClaimMigrationE2E {
    private Machines machines;
    private LiveMigrations migrations;
    private Claims claims;

    @BeforeEach
    void open() {
        machines = new Machines(Testbed.open(), "shared");
        migrations = new LiveMigrations(machines);
        claims = new Claims(machines, machines.testbed.nodes().getFirst());
    }

    @AfterEach
    void close() {
        machines.close();
        claims.close();
    }

    @Test
    void guestGoesWithItsClaimAndADiskOfItsNodeAndNobodyElseWritesMeanwhile() throws IOException {
        // given
        var file = volume("shared-claim");
        var nomad = machines.applySample("shared-claim.yaml");
        var before = machines.awaitReady(nomad, "Running");
        machines.awaitCondition(nomad, "LiveMigratable", "Migratable");
        machines.type(nomad, "echo carried > /dev/vdb && sync");
        try (var sector = new LockSector(machines, nomad, file)) {
            sector.begin();
            for (var move = 1; move <= 2; move++) {
                var from = machines.nodeOf(nomad);

                // when
                migrations.create(nomad + "-" + move, nomad, "");

                // then
                assertSucceeded(migrations.awaitEnd(nomad + "-" + move));
                machines.awaitReady(nomad, "Running");
                sector.awaitMore(5);
                awaitNoDefinition(from, nomad);
            }

            // then
            sector.assertAlone(1);
        }
        assertThat(machines.type(nomad, "echo 3 > /proc/sys/vm/drop_caches; head -n 1 /dev/vdb"))
                .contains("carried");
        assertBoots(before, 1);
        assertThat(Files.size(file)).isEqualTo(64 << 20);
        machines.delete(nomad);
        machines.awaitGone(nomad);
        assertThat(file).exists();
    }

    /** It says that all nodes may write it, and each of them has a directory of its own. */
    @Test
    void claimThatIsAnotherOnTheOtherNodeIsRefusedAndTheGuestRunsOn() throws IOException {
        // given
        var home = machines.testbed.nodes().getFirst();
        var other = machines.testbed.nodes().getLast();
        claims.directory("lies");
        claims.sharedVolume("lies", "64Mi", Path.of(claims.inside("lies")));
        claims.claim("lies", "64Mi", "Filesystem", "ReadWriteMany");
        var elsewhere = Path.of(other.stateDirectory(), machines.namespace, "lies");
        Files.createDirectories(elsewhere);
        var there = elsewhere.resolve("disk.img");
        machines.create("deceived", """
                  stopMode: Hard
                  nodeSelector: {kubernetes.io/hostname: %s}
                  disks: [{name: data, persistentVolumeClaim: {claimName: lies}, cache: none}]
                """.formatted(home.name()));
        var before = machines.awaitReady("deceived", "Running");
        machines.patchSpec("deceived", "{\"nodeSelector\":null}");
        machines.type("deceived", "echo mine > /dev/vda && sync");
        machines.awaitCondition("deceived", "LiveMigratable", "Migratable");

        // when there is none
        migrations.create("none", "deceived", "");

        // then
        assertRefused("none", "has no disk.img there");
        assertThat(there).doesNotExist();

        // when there is a shorter one
        Files.write(there, new byte[1 << 20]);
        migrations.create("shorter", "deceived", "");

        // then
        assertRefused("shorter", "has a disk.img of 1Mi there, and the guest's has 64Mi");

        // when there is one of the same size
        Files.write(there, new byte[64 << 20]);
        migrations.create("another", "deceived", "");

        // then
        assertRefused("another", "node %s does not have the guest's file open".formatted(other.name()));
        awaitNoDefinition(other, "deceived");

        // when it cannot be written
        Testbed.run(List.of("chattr", "+i", there.toString())).orFail();
        migrations.create("unwritable", "deceived", "");

        // then
        assertRefused("unwritable", "Operation not permitted");
        Testbed.run(List.of("chattr", "-i", there.toString())).orFail();
        awaitNoDefinition(other, "deceived");
        assertThat(Files.readAllBytes(there)).as("what was never the guest's").isEqualTo(new byte[64 << 20]);

        // when it is a link
        Files.delete(there);
        Files.createSymbolicLink(there, Path.of("/etc/hostname"));
        migrations.create("link", "deceived", "");

        // then
        assertRefused("link", "disk.img that is no regular file");
        assertThat(machines.type("deceived", "echo 3 > /proc/sys/vm/drop_caches; head -n 1 /dev/vda"))
                .contains("mine");
        assertThat(machines.nodeOf("deceived").name()).isEqualTo(home.name());
        assertBoots(before, 1);
        machines.delete("deceived");
        machines.awaitGone("deceived");
        Testbed.run(List.of("rm", "-r", elsewhere.toString())).orFail();
    }

    @Test
    void claimThatOneNodeAloneMayHaveAndACachedDiskStay() throws IOException {
        // given
        share("cached");
        claims.directory("alone");
        claims.volume("alone", "16Mi", "hostPath: {path: %s}".formatted(claims.inside("alone")), "Filesystem");
        claims.claim("alone", "16Mi", "Filesystem");

        // when
        machines.create("alone", disk("alone", ", cache: none"));
        machines.create("cached", disk("cached", ""));

        // then
        assertThat(machines.awaitCondition("alone", "LiveMigratable", "Disks").message())
                .contains("spec.disks[data]: PersistentVolumeClaim alone is not known to be ReadWriteMany");
        assertThat(machines.awaitCondition("cached", "LiveMigratable", "Disks").message())
                .contains("spec.disks[data].cache", "give none or directsync");
        machines.delete("alone");
        machines.delete("cached");
        machines.awaitGone("alone");
        machines.awaitGone("cached");
    }

    /** Over many moves, one that is given up on its way, and the loss of its node. */
    @Test
    @Tag("long")
    void guestIsAloneWithItsSectorWhateverBecomesOfItsMoves() throws IOException {
        // given
        var file = share("watched");
        machines.create("watched", disk("watched", ", cache: none"));
        var before = machines.awaitReady("watched", "Running");
        try (var sector = new LockSector(machines, "watched", file)) {
            sector.begin();

            // when
            for (var move = 1; move <= 6; move++) {
                migrations.create("watched-" + move, "watched", "");
                assertSucceeded(migrations.awaitEnd("watched-" + move));
                machines.awaitReady("watched", "Running");
                sector.awaitMore(10);
            }
            var node = machines.nodeOf("watched");
            migrations.create("watched-7", "watched", "  bandwidth: 1Mi\n");
            migrations.await("watched-7", "seen", status -> status.progress() != null);
            machines.testbed
                    .kubectl("-n", machines.namespace, "delete", "vmm", "watched-7", "--wait=false")
                    .orFail();

            // then
            machines.testbed.nodes().stream()
                    .filter(one -> !one.equals(node))
                    .forEach(one -> awaitNoDefinition(one, "watched"));
            sector.awaitMore(10);
            sector.assertAlone(1);
            assertBoots(before, 1);

            // when
            machines.testbed.verb("node", "power-off", node.name()).orFail();
            try {
                machines.awaitCondition("watched", "Ready", "AgentLost");
                machines.testbed
                        .kubectl(
                                "taint",
                                "node",
                                node.name(),
                                "node.kubernetes.io/out-of-service=nodeshutdown:NoExecute")
                        .orFail();

                // then
                machines.await(
                        "watched",
                        "elsewhere",
                        vm -> !node.name().equals(Machines.status(vm).nodeName()));
                machines.awaitReady("watched", "Running");
                sector.begin();
            } finally {
                machines.testbed.verb("node", "boot", node.name()).orFail();
                machines.testbed.kubectl("taint", "node", node.name(), "node.kubernetes.io/out-of-service-");
            }
            awaitNoDefinition(node, "watched");
            sector.awaitMore(20);
            sector.assertAlone(2);
            assertBoots(before, 2);
        }
        machines.delete("watched");
        machines.awaitGone("watched");
    }

    /** The other node has neither its definition nor its room afterwards, however far the migration came. */
    @Test
    @Tag("long")
    void migrationsInWhichSomethingDiesLeaveOneGuestOnOneFile() throws IOException {
        // given
        var shared = new AtomicReference<Claims>();

        // when
        var verdict = MigrationFaults.run(
                machines.testbed,
                Long.getLong("migration.faults.seed", 11),
                Integer.getInteger("migration.faults", 12),
                moves -> {
                    var own = new Claims(moves, moves.testbed.nodes().getFirst());
                    shared.set(own);
                    Testbed.run(List.of("mkdir", "-p", own.everywhere("faulted").toString()))
                            .orFail();
                    own.sharedVolume("faulted", "64Mi", own.everywhere("faulted"));
                    own.claim("faulted", "64Mi", "Filesystem", "ReadWriteMany");
                    return disk("faulted", ", cache: none");
                });

        // then
        Objects.requireNonNull(shared.get()).close();
        assertThat(verdict.doubled()).as("doubled").isZero();
        assertThat(verdict.lost()).as("lost").isZero();
    }

    private static String disk(String claim, String more) {
        return "  stopMode: Hard%n  disks: [{name: data, persistentVolumeClaim: {claimName: %s}%s}]%n"
                .formatted(claim, more);
    }

    private Path share(String name) throws IOException {
        var file = volume(name);
        claims.claim(name, "64Mi", "Filesystem", "ReadWriteMany");
        return file;
    }

    private Path volume(String name) throws IOException {
        var directory = Files.createDirectories(claims.everywhere(name));
        claims.sharedVolume(name, "64Mi", directory);
        return directory.resolve("disk.img");
    }

    private void assertRefused(String name, String why) {
        var status = migrations.awaitEnd(name);
        assertThat(status.phase()).isEqualTo(MigrationPhase.Failed);
        assertThat(LiveMigrations.message(status)).contains(why);
    }

    private static void assertSucceeded(VirtualMachineMigrationStatus migration) {
        assertThat(migration.phase()).as(Objects.toString(migration)).isEqualTo(MigrationPhase.Succeeded);
    }

    private void awaitNoDefinition(Testbed.Node node, String name) {
        Awaitility.await("no definition on node " + node.name())
                .atMost(Duration.ofMinutes(1))
                .until(() -> machines.testbed
                        .virsh(node, "domstate", machines.domain(name))
                        .output()
                        .contains("failed to get domain"));
    }

    private void assertBoots(VirtualMachine vm, int boots) {
        assertThat(machines.observed(vm.getMetadata().getUid()).path("boots").asInt())
                .isEqualTo(boots);
    }
}
