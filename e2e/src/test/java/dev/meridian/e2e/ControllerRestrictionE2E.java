package dev.meridian.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the controller's own token cannot do beyond what it has to: asked for on trial, so that nothing comes of it. */
@Shared
class ControllerRestrictionE2E {
    private static Machines machines;

    @BeforeAll
    static void open() {
        machines = new Machines(Testbed.open(), "controller-restricted");
        new LiveMigrations(machines).create("of-a-person", "nobody", "");
        machines.createFrom(budget("of-a-person", "{app: web}"));
    }

    @AfterAll
    static void close() {
        machines.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "delete vmm of-a-person | and migrations that it made",
                "patch vmm of-a-person --type=merge -p {\"spec\":{\"cancel\":true}} | it belongs to the user",
                "label vmm of-a-person meridian.dev/evacuation=x | may only change finalizers",
                "delete pdb of-a-person | which select meridian.dev/machine-uid",
            })
    void orderIsRefused(String order, String words) {
        // when
        var said = asTheController(order.strip().split(" +"));

        // then
        assertThat(said.status()).as(said.output()).isNotZero();
        assertThat(said.output()).contains(words);
    }

    @Test
    void migrationThatIsNoEvacuationIsRefused() {
        assertRefused(migration("", "", "web"), "it belongs to the user");
        assertRefused(migration("  labels: {meridian.dev/evacuation: x}\n", "", "web"), "it belongs to the user");
        assertRefused(
                migration("  labels: {meridian.dev/evacuation: x}\n", "web", "another"), "it belongs to the user");
        assertThat(created(migration("  labels: {meridian.dev/evacuation: x}\n", "web", "web"))
                        .output())
                .contains("created");
    }

    @Test
    void budgetOfOtherPodsIsRefused() {
        var words = "which select meridian.dev/machine-uid";
        assertRefused(budget("any", "{}"), words);
        assertRefused(budget("any", "{app: web}"), words);
        var ours = budget("any", "{meridian.dev/machine-uid: a}").replace("metadata: {", "metadata: {labels: {%s}, ");
        assertRefused(ours.formatted("meridian.dev/machine-uid: b"), words);
        assertThat(created(ours.formatted("meridian.dev/machine-uid: a")).output())
                .contains("created");
    }

    @Test
    void jobThatPowersNoNodeOffIsRefused() {
        var ours = """
                  annotations: {meridian.dev/fences: node-1}
                  ownerReferences: [{apiVersion: batch/v1, kind: CronJob, name: fence, uid: u, controller: true}]
                """;
        assertRefused(job("", ""), "which carry meridian.dev/fences");
        assertRefused(job("  annotations: {meridian.dev/fences: node-1}\n", ""), "which carry meridian.dev/fences");
        assertRefused(job(ours, "serviceAccountName: meridian-agent, "), "may not be the agent or the controller");
        assertRefused(job(ours, "hostPID: true, "), "may have nothing of its own node but the network");
        assertRefused(
                job(ours, "volumes: [{name: root, hostPath: {path: /}}], "),
                "may have nothing of its own node but the network");
        assertThat(created(job(ours, "hostNetwork: true, ")).output()).contains("created");
        assertRefused(job(ours, "").replace("meridian-system", machines.namespace), "cannot create resource \"jobs\"");
    }

    /** Credentials of management controllers are in the system's namespace alone. */
    @Test
    void secretsOfOtherNamespacesAreNotRead() {
        var there = kubectlAsTheController("auth", "can-i", "get", "secrets", "-n", "meridian-system");
        var elsewhere = kubectlAsTheController("auth", "can-i", "get", "secrets", "-n", machines.namespace);
        var all = kubectlAsTheController("auth", "can-i", "list", "secrets", "-n", "meridian-system");

        assertThat(there.output()).isEqualTo("yes");
        assertThat(elsewhere.output()).isEqualTo("no");
        assertThat(all.output()).isEqualTo("no");
    }

    /** It writes the authorities for migrations, and no token of another account. */
    @Test
    void secretsAndConfigMapsThatAreNoAuthorityAreRefused() {
        for (var kind : List.of("Secret", "ConfigMap")) {
            assertRefused(named(kind, "any"), "may only write the authorities for migrations");
            assertRefused(
                    named(kind, "meridian-migration-qemu").replace("meridian-system", machines.namespace),
                    "cannot create resource");
        }
        assertRefused(
                named("Secret", "meridian-migration-qemu") + "type: example.com/another\n",
                "may only write Secrets of type Opaque");
    }

    private static String named(String kind, String name) {
        return """
                apiVersion: v1
                kind: %s
                metadata: {name: %s, namespace: meridian-system}
                """.formatted(kind, name);
    }

    private static String job(String metadata, String pod) {
        return """
                apiVersion: batch/v1
                kind: Job
                metadata:
                  name: any
                  namespace: meridian-system
                %sspec:
                  template:
                    spec: {%srestartPolicy: Never, containers: [{name: fence, image: fence}]}
                """.formatted(metadata, pod);
    }

    private static void assertRefused(String manifest, String words) {
        var said = created(manifest);
        assertThat(said.status()).as(manifest + said.output()).isNotZero();
        assertThat(said.output()).contains(words);
    }

    private static String migration(String labels, String owner, String machine) {
        var owners = owner.isEmpty()
                ? ""
                : "  ownerReferences: [{apiVersion: meridian.dev/v1alpha1, kind: VirtualMachine, name: %s, uid: u, controller: true}]\n"
                        .formatted(owner);
        return """
                apiVersion: meridian.dev/v1alpha1
                kind: VirtualMachineMigration
                metadata:
                  name: any
                  namespace: %s
                %s%sspec: {virtualMachineName: %s}
                """.formatted(machines.namespace, labels, owners, machine);
    }

    private static String budget(String name, String labels) {
        return """
                apiVersion: policy/v1
                kind: PodDisruptionBudget
                metadata: {name: %s, namespace: %s}
                spec: {minAvailable: 1, selector: {matchLabels: %s}}
                """.formatted(name, machines.namespace, labels);
    }

    private static Testbed.Said created(String manifest) {
        try {
            var file = Files.createTempFile("meridian", ".yaml");
            Files.writeString(file, manifest);
            var said = kubectlAsTheController("create", "-f", file.toString(), "--dry-run=server");
            Files.delete(file);
            return said;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Testbed.Said asTheController(String... order) {
        var command = new ArrayList<>(List.of(order));
        command.addAll(List.of("--dry-run=server", "-n", machines.namespace));
        return kubectlAsTheController(command.toArray(String[]::new));
    }

    private static Testbed.Said kubectlAsTheController(String... order) {
        var kubeconfig = new File(new File(machines.testbed.kubeconfig()).getParentFile(), "controller.kubeconfig");
        var command = new ArrayList<>(List.of(machines.testbed.kubectl(), "--kubeconfig", kubeconfig.toString()));
        command.addAll(List.of(order));
        return Testbed.run(command);
    }
}
