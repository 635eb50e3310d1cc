package dev.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.meridian.api.v1alpha1.Condition;
import dev.meridian.api.v1alpha1.Hypervisor;
import dev.meridian.api.v1alpha1.MigrationPhase;
import dev.meridian.api.v1alpha1.VirtualMachineMigration;
import dev.meridian.api.v1alpha1.VirtualMachineMigrationStatus;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/** The migrations of a test's machines. */
record LiveMigrations(Machines machines) {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    /** @param more lines of its spec */
    void create(String name, String machine, String more) {
        machines.createFrom("""
                apiVersion: meridian.dev/v1alpha1
                kind: VirtualMachineMigration
                metadata: {name: %s, namespace: %s}
                spec:
                  virtualMachineName: %s
                """.formatted(name, machines.namespace, machine) + more);
    }

    void cancel(String name) {
        machines.testbed
                .kubectl(
                        "-n",
                        machines.namespace,
                        "patch",
                        "vmm",
                        name,
                        "--type=merge",
                        "-p",
                        "{\"spec\":{\"cancel\":true}}")
                .orFail();
    }

    VirtualMachineMigrationStatus awaitEnd(String name) {
        return await(name, "over", status -> status.completedAt() != null);
    }

    VirtualMachineMigrationStatus await(String name, String what, Predicate<VirtualMachineMigrationStatus> predicate) {
        return Awaitility.await("migration %s to be %s".formatted(name, what))
                .atMost(LIMIT)
                .until(() -> status(name), predicate);
    }

    /** The node's condition MigrationReady, as soon as it has that reason. */
    Condition awaitReadiness(Testbed.Node node, String reason) {
        return Awaitility.await("MigrationReady of %s to be %s".formatted(node.name(), reason))
                .atMost(LIMIT)
                .pollInterval(Duration.ofSeconds(1))
                .until(
                        () -> {
                            look();
                            return readiness(node);
                        },
                        condition -> condition.reason().equals(reason));
    }

    /** An agent looks each minute, and when a policy changes: there is one of the namespace's name. */
    void look() {
        machines.testbed
                .kubectl("label", "--overwrite", "hypervisorpolicy", machines.namespace, "look=" + UUID.randomUUID())
                .orFail();
    }

    Condition readiness(Testbed.Node node) {
        return machines.client.resources(Hypervisor.class).withName(node.name()).get().getStatus().conditions().stream()
                .filter(condition -> condition.type().equals("MigrationReady"))
                .findFirst()
                .orElseThrow();
    }

    /** What is said of it, as a person reads it. */
    static String message(VirtualMachineMigrationStatus status) {
        return status.conditions().stream()
                .filter(condition -> condition.type().equals("Ready"))
                .findFirst()
                .orElseThrow()
                .message();
    }

    VirtualMachineMigrationStatus status(String name) {
        var migration = machines.client
                .resources(VirtualMachineMigration.class)
                .inNamespace(machines.namespace)
                .withName(name)
                .get();
        return migration == null || migration.getStatus() == null
                ? VirtualMachineMigrationStatus.NONE
                : migration.getStatus();
    }

    void assertFailed(String name, String why) {
        var status = awaitEnd(name);
        assertThat(status.phase()).isEqualTo(MigrationPhase.Failed);
        assertThat(message(status)).contains(why);
    }

    static void assertSucceeded(VirtualMachineMigrationStatus migration) {
        assertThat(migration.phase()).as(Objects.toString(migration)).isEqualTo(MigrationPhase.Succeeded);
    }
}
