package dev.meridian.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.meridian.libvirt.DomainState.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From one daemon of our own to another, with machines that have no disk and find nothing to boot. */
class MigrationTest {
    private static final MigrateFlag[] LIVE = {MigrateFlag.LIVE, MigrateFlag.PEER2PEER, MigrateFlag.PERSIST_DEST};
    private static final MigrateFlag[] STANDING_STILL = {
        MigrateFlag.LIVE, MigrateFlag.PEER2PEER, MigrateFlag.PERSIST_DEST, MigrateFlag.PAUSED
    };
    private static final DomainState AWAY = new DomainState(State.SHUTOFF, StateReason.SHUTOFF_MIGRATED);

    private static @Nullable PrivateLibvirtd source;
    private static @Nullable PrivateLibvirtd target;
    private final UUID uuid = UUID.randomUUID();
    private Connection here;
    private Connection there;

    @BeforeAll
    static void startDaemons() {
        source = PrivateLibvirtd.start();
        target = PrivateLibvirtd.start();
    }

    @AfterAll
    static void stopDaemons() {
        if (source != null) {
            source.close();
        }
        if (target != null) {
            target.close();
        }
    }

    @BeforeEach
    void open() {
        here = Connection.open(source().uri("qemu", "/system"));
        there = Connection.open(target().uri("qemu", "/system"));
    }

    @AfterEach
    void close() {
        for (var connection : new Connection[] {here, there}) {
            connection.lookupByUUID(uuid).ifPresent(domain -> {
                try (domain) {
                    if (domain.isActive()) {
                        domain.destroy();
                    }
                    domain.undefine();
                }
            });
            connection.close();
        }
    }

    @Test
    void machineGoesAndItsDefinitionStaysUntilItIsTakenAway() {
        // given
        try (var domain = here.defineXML(xml(""))) {
            domain.create();
            // when
            domain.migrate(destination(), parameters(), LIVE);
            // then
            assertThat(domain.state()).isEqualTo(AWAY);
            assertThat(domain.isPersistent()).isTrue();
            try (var arrived = there.lookupByUUID(uuid).orElseThrow()) {
                assertThat(arrived.state()).isEqualTo(new DomainState(State.RUNNING, StateReason.RUNNING_MIGRATED));
                assertThat(arrived.isPersistent()).isTrue();
            }
        }
    }

    @Test
    void machineStandsStillAtItsDestinationUntilItIsResumed() {
        // given
        try (var domain = here.defineXML(xml(""))) {
            domain.create();
            // when
            domain.migrate(destination(), parameters(), STANDING_STILL);
            // then
            assertThat(domain.state()).isEqualTo(AWAY);
            try (var arrived = there.lookupByUUID(uuid).orElseThrow()) {
                assertThat(arrived.state().state()).isEqualTo(State.PAUSED);
                arrived.resume();
                assertThat(arrived.state().state()).isEqualTo(State.RUNNING);
            }
        }
    }

    @Test
    void destinationKeepsTheDefinitionThatItIsGiven() {
        // given
        try (var domain = here.defineXML(xml(""))) {
            domain.create();
            // when
            domain.migrate(destination(), parameters().withPersistentXml(xml("<title>kept</title>")), LIVE);
            // then
            try (var arrived = there.lookupByUUID(uuid).orElseThrow()) {
                assertThat(arrived.xml(XmlFlag.INACTIVE)).contains("<title>kept</title>");
                assertThat(arrived.xml()).doesNotContain("<title>");
            }
        }
    }

    /** Half of its memory is filled: of pages of nothing next to nothing is sent, and it would be there before it is aborted. */
    @Test
    void abortedMachineRunsOnHereAndNothingIsLeftThere(@TempDir Path directory) throws IOException {
        // given
        var content = new byte[32 << 20];
        new Random(1).nextBytes(content);
        var file = Files.write(directory.resolve("memory"), content);
        try (var domain = here.defineXML(filled(file));
                var other = here.lookupByUUID(uuid).orElseThrow()) {
            domain.create();
            var slowly = parameters().withBandwidthMebibytes(1);
            // when
            var going = CompletableFuture.runAsync(
                    () -> domain.migrate(destination(), slowly, LIVE),
                    command -> Thread.ofPlatform().start(command));
            await("the migration", () -> other.job().isRunning());
            assertThat(other.job().operation()).isEqualTo(DomainJob.Operation.MIGRATION_OUT);
            other.abortJob();
            // then
            var failure = catchThrowableOfType(CompletionException.class, going::join);
            assertThat(failure.getCause())
                    .isInstanceOfSatisfying(
                            LibvirtException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.OPERATION_ABORTED));
            assertThat(domain.state().state()).isEqualTo(State.RUNNING);
            await("nothing there", () -> there.lookupByUUID(uuid).isEmpty());
        }
    }

    @Test
    void jobOfAMigrationTellsItsCost() {
        // given
        try (var domain = here.defineXML(xml(""))) {
            domain.create();
            // when
            domain.migrate(destination(), parameters(), LIVE);
            // then
            try (var arrived = there.lookupByUUID(uuid).orElseThrow()) {
                var job = arrived.completedJob();
                assertThat(job.type()).isEqualTo(DomainJob.Type.COMPLETED);
                assertThat(job.isRunning()).isFalse();
                assertThat(job.totalBytes())
                        .hasValueSatisfying(bytes -> assertThat(bytes).isPositive());
                assertThat(job.downtimeMillis()).isPresent();
            }
        }
    }

    @Test
    void machineThatDoesNotRunGoesNowhere() {
        // given
        try (var domain = here.defineXML(xml(""))) {
            // when
            var failure = catchThrowableOfType(
                    LibvirtException.class, () -> domain.migrate(destination(), parameters(), LIVE));
            // then
            assertThat(failure.kind()).isEqualTo(ErrorKind.OPERATION_INVALID);
            assertThat(there.lookupByUUID(uuid)).isEmpty();
        }
    }

    /** As a disk of a claim goes: the destination has a definition that holds its place, and the file open. */
    @Test
    void guestOnAFileOfBothGoesToADestinationThatHasItOpen(@TempDir Path directory) throws IOException {
        // given
        Files.write(directory.resolve("disk.img"), new byte[1 << 20]);
        try (var passing = Connection.open(source().uri("qemu", "/system"));
                var own = passing.defineXML(xml("", DISK));
                var file = OpenedFile.open(directory, "disk.img", true)) {
            own.associate("data", file);
            own.create();
        }
        try (var domain = here.lookupByUUID(uuid).orElseThrow();
                var expecting = Connection.open(target().uri("qemu", "/system"));
                var place = expecting.defineXML(place())) {
            try (var file = OpenedFile.open(directory, "disk.img", true)) {
                file.lock(1L << 62);
                place.associate("data", file);
            }
            try (var seen = OpenedFile.open(directory, "disk.img", true)) {
                assertThat(seen.isLockedByAnother(1L << 62)).isTrue();
                assertThat(seen.isLockedByAnother((1L << 62) + 1)).isFalse();
            }

            // when nothing is said of the file
            var failure = catchThrowableOfType(
                    LibvirtException.class, () -> domain.migrate(destination(), parameters(), LIVE));

            // then
            assertThat(failure.message()).contains("unsafe");
            assertThat(catchThrowableOfType(LibvirtException.class, place::create)
                            .message())
                    .contains("was not associated");
            assertThat(domain.state().state()).isEqualTo(State.RUNNING);

            // when it is said to be the same
            domain.migrate(
                    destination(),
                    parameters().withPersistentXml(xml("<title>kept</title>", DISK)),
                    flags(MigrateFlag.PAUSED));

            // then
            assertThat(domain.state()).isEqualTo(AWAY);
            try (var arrived = there.lookupByUUID(uuid).orElseThrow()) {
                assertThat(arrived.xml(XmlFlag.INACTIVE)).contains("<title>kept</title>");

                // when another guest has the file while it stands still
                var second = UUID.randomUUID();
                try (var passing = Connection.open(source().uri("qemu", "/system"));
                        var other = passing.defineXML(xml("", DISK)
                                .replace(uuid.toString(), second.toString())
                                .replace("meridian-moving", "meridian-second"));
                        var file = OpenedFile.open(directory, "disk.img", true)) {
                    other.associate("data", file);
                    other.create();
                    var locked = catchThrowableOfType(LibvirtException.class, arrived::resume);
                    other.destroy();
                    other.undefine();

                    // then
                    assertThat(locked.message()).contains("Failed to get", "lock");
                    assertThat(arrived.state().state()).isEqualTo(State.PAUSED);
                }
                arrived.resume();
                assertThat(arrived.state().state()).isEqualTo(State.RUNNING);
            }
        }
    }

    private static MigrateFlag[] flags(MigrateFlag... more) {
        var flags = EnumSet.of(MigrateFlag.LIVE, MigrateFlag.PEER2PEER, MigrateFlag.PERSIST_DEST, MigrateFlag.UNSAFE);
        flags.addAll(List.of(more));
        return flags.toArray(MigrateFlag[]::new);
    }

    private static final String DISK = """
            <disk type='file' device='disk'>
              <driver name='qemu' type='raw' cache='none'/>
              <source file='/persistentVolumeClaim/data/disk.img' fdgroup='data'/>
              <target dev='vda' bus='virtio'/>
            </disk>""";

    /** It cannot be started: what it names is passed by nobody. */
    private String place() {
        return """
            <domain type='qemu'>
              <name>meridian-moving</name>
              <uuid>%s</uuid>
              <memory unit='MiB'>1</memory>
              <os><type arch='x86_64' machine='q35'>hvm</type></os>
              <devices>
                <disk type='file' device='disk'>
                  <source file='/nothing' fdgroup='nothing'/>
                  <target dev='vda' bus='virtio'/>
                </disk>
              </devices>
            </domain>""".formatted(uuid);
    }

    private static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waiting for " + what).isLessThan(end);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    private static MigrateParameters parameters() {
        return MigrateParameters.NONE.withUri(target().migrationUri());
    }

    private static String destination() {
        return target().uri("qemu", "/system");
    }

    private static PrivateLibvirtd source() {
        return Objects.requireNonNull(source);
    }

    private static PrivateLibvirtd target() {
        return Objects.requireNonNull(target);
    }

    private String xml(String more) {
        return xml(more, "");
    }

    private String filled(Path memory) {
        return xml("").replace("<domain ", "<domain xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0' ")
                .replace("</domain>", """
                          <qemu:commandline>
                            <qemu:arg value='-device'/>
                            <qemu:arg value='loader,file=%s,addr=0x1000000,force-raw=on'/>
                          </qemu:commandline>
                        </domain>""".formatted(memory));
    }

    private String xml(String more, String devices) {
        return """
                <domain type='qemu'>
                  <name>meridian-moving</name>
                  <uuid>%s</uuid>
                  %s
                  <memory unit='MiB'>64</memory>
                  <vcpu>1</vcpu>
                  <os><type arch='x86_64' machine='q35'>hvm</type></os>
                  <devices>
                    <controller type='usb' model='none'/>
                    <memballoon model='none'/>
                    %s
                  </devices>
                </domain>""".formatted(uuid, more, devices);
    }
}
