package dev.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.MigrationPhase;
import dev.meridian.api.v1alpha1.MigrationTarget.MigrationTargetState;
import dev.meridian.api.v1alpha1.VirtualMachine;
import dev.meridian.api.v1alpha1.VirtualMachineMigrationStatus;
import io.fabric8.kubernetes.api.model.Quantity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Machines that go to another node as they run, with disks that are block devices of both nodes. */
@Shared
class BlockMigrationE2E {
    private static final String WWID = "naa.60014059a1b2c3d4e5f60718293a4b5c";

    private Machines machines;
    private LiveMigrations migrations;
    private Claims claims;
    private Testbed.Node home;
    private Testbed.Node other;

    @BeforeEach
    void open() {
        machines = new Machines(Testbed.open(), "block");
        migrations = new LiveMigrations(machines);
        home = machines.testbed.nodes().getFirst();
        other = machines.testbed.nodes().getLast();
        claims = new Claims(machines, home);
    }

    @AfterEach
    void close() {
        machines.close();
        claims.close();
    }

    @Test
    void guestGoesWithADeviceThatEachNodeHasByANameOfItsOwn() throws IOException {
        try (var device = new SharedDevice(claims, machines.testbed, "shared-block-claim").onAll(WWID)) {
            // given
            claims.sharedDevice("shared-block-claim", "64Mi", device.path(), "ReadWriteMany");
            var nomad = machines.applySample("shared-block-claim.yaml");
            var before = machines.awaitReady(nomad, "Running");
            machines.awaitCondition(nomad, "LiveMigratable", "Migratable");
            machines.type(nomad, "echo carried | dd of=/dev/vda bs=1M seek=1 conv=notrunc && sync");
            try (var sector = new LockSector(machines, nomad, device.file())) {
                sector.begin();
                for (var move = 1; move <= 2; move++) {
                    var from = machines.nodeOf(nomad);

                    // when
                    migrations.create(nomad + "-" + move, nomad, "");

                    // then
                    assertSucceeded(migrations.awaitEnd(nomad + "-" + move));
                    machines.awaitReady(nomad, "Running");
                    sector.awaitMore(5);
                    assertThat(machines.nodeOf(nomad)).isNotEqualTo(from);
                    assertHas(nomad, device, from.equals(home) ? other : home);
                    awaitNothingLeft(from, nomad, device);
                }

                // then
                sector.assertAlone(1);
            }
            assertThat(
                            machines.type(
                                    nomad,
                                    "echo 3 > /proc/sys/vm/drop_caches; dd if=/dev/vda bs=1M skip=1 count=1 2>/dev/null | head -n 1;"
                                            + " echo after | dd of=/dev/vda bs=1M seek=2 conv=notrunc && sync && echo writ''ten"))
                    .contains("carried", "written");
            assertBoots(before, 1);
            machines.awaitCondition(nomad, "Drifted", "AsDefined");
            assertThat(Machines.status(machines.get(nomad)).pendingChanges()).isEmpty();

            // when
            machines.delete(nomad);
            machines.awaitGone(nomad);

            // then
            assertThat(Files.size(device.file())).isEqualTo(64 << 20);
            assertThat(at(device.file(), 1)).startsWith("carried");
            assertThat(at(device.file(), 2)).startsWith("after");
        }
    }

    @Test
    void deviceThatOneNodeAloneMayHaveOrThatIsCachedOrUnknownStays() throws IOException {
        try (var known = new SharedDevice(claims, machines.testbed, "known").onAll(WWID);
                var unknown = new SharedDevice(claims, machines.testbed, "unknown")) {
            // given
            volume(claims, "known", known, "ReadWriteOnce");
            unknown.makeFile(unknown.file());
            unknown.on(home, unknown.file(), Optional.empty());
            unknown.on(other, unknown.file(), Optional.empty());
            volume(claims, "unknown", unknown, "ReadWriteMany");

            // when
            machines.create("alone", disk("known", ", cache: none"));
            machines.create("unknown", disk("unknown", ", cache: none"));

            // then
            assertThat(machines.awaitCondition("alone", "LiveMigratable", "Disks")
                            .message())
                    .contains("spec.disks[data]: PersistentVolumeClaim known is not known to be ReadWriteMany");
            assertThat(machines.awaitCondition("unknown", "LiveMigratable", "Disks")
                            .message())
                    .contains(
                            "spec.disks[data]: PersistentVolumeClaim unknown is /dev/loop", "does not know what it is");

            // when
            machines.delete("unknown");
            machines.awaitGone("unknown");
            machines.create("cached", disk("unknown", ""));

            // then
            assertThat(machines.awaitCondition("cached", "LiveMigratable", "Disks")
                            .message())
                    .contains("spec.disks[data].cache", "give none or directsync");
            machines.delete("alone");
            machines.delete("cached");
            machines.awaitGone("alone");
            machines.awaitGone("cached");
        }
    }

    /** Its volume says that all nodes may write it, and each of them has another. */
    @Test
    @Tag("long")
    void deviceThatIsAnotherOnTheOtherNodeIsRefusedAndTheGuestRunsOn() throws IOException {
        try (var device = new SharedDevice(claims, machines.testbed, "lies")) {
            // given
            var elsewhere = claims.everywhere("elsewhere.img");
            device.makeFile(device.file());
            device.makeFile(elsewhere);
            device.on(home, device.file(), Optional.of(WWID));
            volume(claims, "lies", device, "ReadWriteMany");
            var before = create("deceived", "lies");
            machines.type("deceived", "echo mine > /dev/vda && sync");

            // when it has none there
            migrations.create("none", "deceived", "  timeoutSeconds: 15\n");

            // then
            var waits = migrations.await(
                    "none",
                    "waiting",
                    status -> status.target() != null && status.target().message() != null);
            assertThat(Objects.requireNonNull(waits.target()).state()).isEqualTo(MigrationTargetState.Preparing);
            assertThat(waits.target().message())
                    .contains("PersistentVolumeClaim lies is not mounted on node " + other.name());
            assertRefused("none", "spec.timeoutSeconds: 15 are over");

            // when it has another, of the same size
            device.on(other, elsewhere, Optional.of("naa.60014050000000000000000000000001"));
            migrations.create("another", "deceived", "");

            // then
            assertRefused("another", "PersistentVolumeClaim lies is not known to be one device on both nodes");
            awaitNothingLeft(other, "deceived", device);

            // when it is shorter
            Testbed.run(List.of("truncate", "-s", "32M", elsewhere.toString())).orFail();
            Testbed.run(List.of("losetup", "--set-capacity", device.device(other)))
                    .orFail();
            migrations.create("shorter", "deceived", "");

            // then
            assertRefused("shorter", "is a device of 32Mi there, and the guest's has 64Mi");
            awaitNothingLeft(other, "deceived", device);
            assertThat(machines.type("deceived", "echo 3 > /proc/sys/vm/drop_caches; head -n 1 /dev/vda"))
                    .contains("mine");
            assertThat(machines.nodeOf("deceived").name()).isEqualTo(home.name());
            assertBoots(before, 1);
            assertThat(Files.readAllBytes(elsewhere))
                    .as("what was never the guest's")
                    .isEqualTo(new byte[32 << 20]);
            machines.delete("deceived");
            machines.awaitGone("deceived");
        }
    }

    @Test
    @Tag("long")
    void migrationThatIsGivenUpLeavesNothingThereAndTheNextOneGoes() throws IOException {
        try (var device = new SharedDevice(claims, machines.testbed, "given-up").onAll(WWID)) {
            // given
            volume(claims, "given-up", device, "ReadWriteMany");
            var before = create("stays", "given-up");
            try (var sector = new LockSector(machines, "stays", device.file())) {
                sector.begin();
                migrations.create("slow", "stays", "  bandwidth: 1Mi\n");
                migrations.await("slow", "seen", status -> status.progress() != null);

                // when
                migrations.cancel("slow");

                // then
                assertThat(migrations.awaitEnd("slow").phase()).isEqualTo(MigrationPhase.Cancelled);
                awaitNothingLeft(other, "stays", device);
                sector.awaitMore(10);

                // when
                migrations.create("next", "stays", "");

                // then
                assertSucceeded(migrations.awaitEnd("next"));
                machines.awaitReady("stays", "Running");
                sector.awaitMore(10);
                sector.assertAlone(1);
            }
            assertBoots(before, 1);
            machines.delete("stays");
            machines.awaitGone("stays");
        }
    }

    /** The claim was expanded meanwhile, of which its guest hears where it arrives. */
    @Test
    @Tag("long")
    void guestGoesWithADeviceThatHasGrown() throws IOException {
        try (var device = new SharedDevice(claims, machines.testbed, "grown").onAll(WWID)) {
            // given
            volume(claims, "grown", device, "ReadWriteMany");
            var before = create("grown", "grown");

            // when
            Testbed.run(List.of("truncate", "-s", "96M", device.file().toString()))
                    .orFail();
            for (var node : machines.testbed.nodes()) {
                Testbed.run(List.of("losetup", "--set-capacity", device.device(node)))
                        .orFail();
            }
            migrations.create("grown", "grown", "");

            // then
            assertSucceeded(migrations.awaitEnd("grown"));
            machines.awaitReady("grown", "Running");
            assertThat(machines.type(
                            "grown", "cat /sys/block/vda/size; echo after > /dev/vda && sync && echo writ''ten"))
                    .contains(Integer.toString(96 << 11), "written");
            assertThat(Objects.requireNonNull(Machines.status(machines.get("grown"))
                            .disks()
                            .getFirst()
                            .capacity()))
                    .isEqualTo(new Quantity("96Mi"));
            assertBoots(before, 1);
            machines.delete("grown");
            machines.awaitGone("grown");
        }
    }

    /** The other node has neither its definition nor its room afterwards, however far the migration came. */
    @Test
    @Tag("long")
    void migrationsInWhichSomethingDiesLeaveOneGuestOnOneDevice() {
        // given
        var own = new AtomicReference<Claims>();
        var shared = new AtomicReference<SharedDevice>();

        // when
        var verdict = MigrationFaults.run(
                machines.testbed,
                Long.getLong("migration.faults.seed", 12),
                Integer.getInteger("migration.faults", 12),
                moves -> {
                    var ofMoves = new Claims(moves, home);
                    own.set(ofMoves);
                    var device = new SharedDevice(ofMoves, moves.testbed, "faulted");
                    shared.set(device);
                    try {
                        device.onAll(WWID);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                    volume(ofMoves, "faulted", device, "ReadWriteMany");
                    return disk("faulted", ", cache: none");
                });

        // then
        Objects.requireNonNull(shared.get()).close();
        Objects.requireNonNull(own.get()).close();
        assertThat(verdict.doubled()).as("doubled").isZero();
        assertThat(verdict.lost()).as("lost").isZero();
    }

    /** On the node where the test has its first device, free to go. */
    private VirtualMachine create(String name, String claim) {
        machines.create(
                name,
                "  nodeSelector: {kubernetes.io/hostname: %s}%n".formatted(home.name()) + disk(claim, ", cache: none"));
        var vm = machines.awaitReady(name, "Running");
        machines.patchSpec(name, "{\"nodeSelector\":null}");
        machines.awaitCondition(name, "LiveMigratable", "Migratable");
        return vm;
    }

    private static void volume(Claims of, String name, SharedDevice device, String access) {
        of.sharedDevice(name, "64Mi", device.path(), access);
        of.claim(name, "64Mi", "Block", access);
    }

    private static String disk(String claim, String more) {
        return "  stopMode: Hard%n  disks: [{name: data, persistentVolumeClaim: {claimName: %s}%s}]%n"
                .formatted(claim, more);
    }

    private static String at(Path file, int mebibyte) throws IOException {
        try (var in = Files.newByteChannel(file)) {
            in.position((long) mebibyte << 20);
            var bytes = ByteBuffer.allocate(16);
            in.read(bytes);
            return new String(bytes.array(), StandardCharsets.US_ASCII);
        }
    }

    private void assertHas(String name, SharedDevice device, Testbed.Node node) throws IOException {
        assertThat(device.openers(node)).hasSize(1);
        for (var flags : List.of(List.<String>of(), List.of("--inactive"))) {
            var command = new ArrayList<>(List.of("dumpxml", machines.domain(name)));
            command.addAll(flags);
            assertThat(machines.testbed
                            .virsh(node, command.toArray(String[]::new))
                            .orFail())
                    .contains("<source dev='%s'".formatted(device.device(node)));
        }
    }

    private void assertRefused(String name, String why) {
        var status = migrations.awaitEnd(name);
        assertThat(status.phase()).isEqualTo(MigrationPhase.Failed);
        assertThat(LiveMigrations.message(status)).contains(why);
    }

    private static void assertSucceeded(VirtualMachineMigrationStatus migration) {
        assertThat(migration.phase()).as(Objects.toString(migration)).isEqualTo(MigrationPhase.Succeeded);
    }

    /** Neither a definition, nor anybody who has the device open. */
    private void awaitNothingLeft(Testbed.Node node, String name, SharedDevice device) {
        Awaitility.await("no definition on node " + node.name())
                .atMost(Duration.ofMinutes(1))
                .until(() -> machines.testbed
                        .virsh(node, "domstate", machines.domain(name))
                        .output()
                        .contains("failed to get domain"));
        Awaitility.await("nobody to have %s open on node %s".formatted(device.device(node), node.name()))
                .atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(device.openers(node)).isEmpty());
    }

    private void assertBoots(VirtualMachine vm, int boots) {
        assertThat(machines.observed(vm.getMetadata().getUid()).path("boots").asInt())
                .isEqualTo(boots);
    }
}
