package dev.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.MigrationPhase;
import dev.meridian.api.v1alpha1.VirtualMachine;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How a guest's memory goes to another node, as its migration wishes it: seen of the kernel and of libvirt, not of us. */
class MigrationTuningE2E {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private Machines machines;
    private LiveMigrations migrations;

    @BeforeEach
    void open() {
        machines = new Machines(Testbed.open(), "tuning");
        migrations = new LiveMigrations(machines);
    }

    @AfterEach
    void close() {
        machines.close();
    }

    @Test
    void memoryGoesOverAsManyConnectionsAsAreWished() {
        // given
        machines.create("wide", "");
        var before = machines.awaitReady("wide", "Running");
        var home = machines.nodeOf("wide");

        // when
        migrations.create("wide-1", "wide", "  parallelConnections: 4\n  bandwidth: 1Mi\n");

        // then
        Awaitility.await("four connections, and the one for all else")
                .atMost(LIMIT)
                .until(() -> connectionsFrom(home) == 4 + 1);
        migrations.cancel("wide-1");
        assertThat(migrations.awaitEnd("wide-1").phase()).isEqualTo(MigrationPhase.Cancelled);
        migrations.create("wide-2", "wide", "  parallelConnections: 4\n");
        assertArrived("wide-2", before, home);
    }

    @Test
    void whatAGuestWritesAgainIsSentCompressed() {
        // given
        machines.create("busy", "");
        var before = machines.awaitReady("busy", "Running");
        var home = machines.nodeOf("busy");
        machines.type("busy", "(while echo $((n += 1)) > /tmp/counted; do :; done) > /dev/null 2>&1 &");

        // when
        migrations.create("busy-1", "busy", "  compression: Xbzrle\n  bandwidth: 4Mi\n");

        // then
        Awaitility.await("libvirt to tell of compressed pages")
                .atMost(LIMIT)
                .until(() -> machines.testbed
                        .virsh(home, "domjobinfo", machines.domain("busy"))
                        .output()
                        .contains("Compression cache:"));
        migrations.cancel("busy-1");
        assertThat(migrations.awaitEnd("busy-1").phase()).isEqualTo(MigrationPhase.Cancelled);
        migrations.create("busy-2", "busy", "  compression: Xbzrle\n");
        assertArrived("busy-2", before, home);
    }

    private void assertArrived(String migration, VirtualMachine before, Testbed.Node home) {
        LiveMigrations.assertSucceeded(migrations.awaitEnd(migration));
        var name = before.getMetadata().getName();
        machines.awaitReady(name, "Running");
        assertThat(machines.nodeOf(name).name()).isNotEqualTo(home.name());
        assertThat(machines.observed(before.getMetadata().getUid())
                        .path("boots")
                        .asInt())
                .isEqualTo(1);
    }

    /** To ports of libvirt's range for migrations. */
    private static long connectionsFrom(Testbed.Node node) {
        return Testbed.run(List.of(
                        "ip",
                        "netns",
                        "exec",
                        node.namespace(),
                        "ss",
                        "--no-header",
                        "--tcp",
                        "--numeric",
                        "state",
                        "established",
                        "dport >= :49152 and dport <= :49215"))
                .orFail()
                .lines()
                .filter(line -> !line.isBlank())
                .count();
    }
}
