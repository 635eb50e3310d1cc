package dev.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.ConditionStatus;
import dev.meridian.api.v1alpha1.MigrationPhase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What nodes show each other before a guest goes from one to the other, and what comes of it when that is not in order. */
@Processes("an agent is started with arguments of its own")
class MigrationTlsE2E {
    private Machines machines;
    private LiveMigrations migrations;

    @BeforeEach
    void open() {
        machines = new Machines(Testbed.open(), "migration-tls");
        migrations = new LiveMigrations(machines);
        machines.openTo(machines.namespace, "/var/lib/meridian/" + machines.namespace);
    }

    @AfterEach
    void close() {
        machines.testbed.nodes().forEach(node -> certificates(node, "good"));
        machines.testbed.kubectl("delete", "--ignore-not-found", "hypervisorpolicy", machines.namespace);
        machines.close();
    }

    @Test
    void nodeWithoutTheRightCertificatesGetsNoMachineAndIsToldWhatToMend() {
        // given
        machines.create("stays", "");
        var before = machines.awaitReady("stays", "Running");
        var home = machines.nodeOf("stays");
        var other = other(home);
        machines.type("stays", "echo kept > /tmp/kept");
        assertThat(migrations.awaitReadiness(other, "Ready").message()).contains("valid until");

        certificates(other, "none");
        assertRefused("to-none", other.name(), "/etc/pki/libvirt/servercert.pem is not there");
        certificates(other, "foreign");
        assertRefused(
                "to-foreign",
                other.address(),
                "was issued by \"CN=meridian-testbed foreign\"",
                "/etc/pki/CA/cacert.pem holds \"CN=meridian-testbed migration\"",
                "issued by one authority");
        certificates(other, "good");
        certificates(other, "foreign-qemu");
        assertRefused("to-foreign-qemu", "QEMU of node " + home.name(), other.name(), "one authority");
        certificates(other, "5");
        assertThat(migrations.awaitReadiness(other, "CertificateExpired").message())
                .contains("servercert.pem expired at");
        assertRefused("to-expired", "servercert.pem expired at", "renew it");
        certificates(home, "none");
        certificates(other, "good");
        assertRefused("from-none", "/etc/pki/CA/cacert.pem", "on node " + home.name());

        // when
        certificates(home, "good");
        migrations.create("to-good", "stays", "");

        // then
        assertThat(migrations.awaitEnd("to-good").phase()).isEqualTo(MigrationPhase.Succeeded);
        var after = machines.awaitReady("stays", "Running");
        assertThat(machines.type("stays", "cat /tmp/kept")).contains("kept");
        assertThat(machines.observed(after.getMetadata().getUid()).path("boots").asInt())
                .isEqualTo(1);
        assertThat(before.getMetadata().getUid()).isEqualTo(after.getMetadata().getUid());
    }

    /** As a person who is on the nodes' network, and as a node. */
    @Test
    void onlyWhoHasACertificateIsServedByLibvirt(@TempDir Path pki) throws IOException {
        // given
        var node = machines.testbed.nodes().getFirst();
        var its = Path.of(node.stateDirectory()).resolveSibling("pki");
        Files.copy(its.resolve("CA/cacert.pem"), pki.resolve("cacert.pem"));

        // when
        var without = connect(node, pki);
        Files.copy(its.resolve("libvirt/clientcert.pem"), pki.resolve("clientcert.pem"));
        Files.copy(its.resolve("libvirt/private/clientkey.pem"), pki.resolve("clientkey.pem"));
        var with = connect(node, pki);

        // then
        assertThat(without.status()).isNotZero();
        assertThat(without.output()).contains("TLS");
        assertThat(with.orFail()).contains(node.name());
    }

    @Test
    void machineGoesByTcpToANodeThatSaysSo() {
        // given
        machines.create("plain", "");
        machines.awaitReady("plain", "Running");
        var other = other(machines.nodeOf("plain"));
        machines.testbed.verb("agent", "stop", other.name()).orFail();
        machines.testbed
                .verb("agent", "start", other.name(), "--", "--migration-libvirt-uri", other.uri())
                .orFail();
        assertThat(migrations.awaitReadiness(other, "Unencrypted").status()).isEqualTo(ConditionStatus.True);

        // when
        migrations.create("by-tcp", "plain", "");
        var migration = migrations.awaitEnd("by-tcp");

        // then
        assertThat(migration.phase()).isEqualTo(MigrationPhase.Succeeded);
        machines.awaitReady("plain", "Running");
        machines.testbed.verb("agent", "stop", other.name()).orFail();
        machines.testbed.verb("agent", "start", other.name()).orFail();
        migrations.awaitReadiness(other, "Ready");
    }

    private void assertRefused(String name, String... why) {
        migrations.create(name, "stays", "");
        var status = migrations.awaitEnd(name);
        assertThat(status.phase()).isEqualTo(MigrationPhase.Failed);
        assertThat(LiveMigrations.message(status)).contains(why);
        assertThat(machines.type("stays", "cat /tmp/kept"))
                .as("it runs on untouched")
                .contains("kept");
    }

    private static Testbed.Said connect(Testbed.Node node, Path pki) {
        return Testbed.run(List.of(
                "virsh", "-q", "-c", "qemu+tls://%s/system?pkipath=%s".formatted(node.address(), pki), "hostname"));
    }

    private void certificates(Testbed.Node node, String which) {
        machines.testbed.verb("node", "certificates", node.name(), which).orFail();
    }

    private Testbed.Node other(Testbed.Node node) {
        return machines.testbed.nodes().stream()
                .filter(one -> !one.name().equals(node.name()))
                .findFirst()
                .orElseThrow();
    }
}
