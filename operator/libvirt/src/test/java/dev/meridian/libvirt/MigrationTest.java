package dev.meridian.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.meridian.libvirt.DomainState.State;
import java.util.Objects;
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

    @Test
    void abortedMachineRunsOnHereAndNothingIsLeftThere() {
        // given
        try (var domain = here.defineXML(xml(""));
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
                  </devices>
                </domain>""".formatted(uuid, more);
    }
}
