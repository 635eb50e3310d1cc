package dev.meridian.e2e;

import dev.meridian.api.v1alpha1.VirtualMachineMigration;
import dev.meridian.api.v1alpha1.VirtualMachineMigrationStatus;
import java.time.Duration;
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

    VirtualMachineMigrationStatus awaitEnd(String name) {
        return await(name, "over", status -> status.completedAt() != null);
    }

    VirtualMachineMigrationStatus await(String name, String what, Predicate<VirtualMachineMigrationStatus> predicate) {
        return Awaitility.await("migration %s to be %s".formatted(name, what))
                .atMost(LIMIT)
                .until(() -> status(name), predicate);
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
}
